import { Publisher } from '../publishing/publisher.ts'
import type { Session } from '../session.ts'
import { commandKey } from '../wire/commands.ts'
import type { FieldReader } from '../wire/field-reader.ts'
import { PublishReader } from '../wire/publish-reader.ts'
import { request, type Command, type Incoming, type Reply } from './command.ts'
import { findStream, isReference, ok, refuse } from './replies.ts'

const mostPublishers = 256

interface Declaration {
  readonly id: number
  readonly reference: string
  readonly stream: string
}

function readDeclaration(reader: FieldReader): Declaration {
  return { id: reader.octet(), reference: reader.string(), stream: reader.string() }
}

function declarePublisher(session: Session, { id, reference, stream: name }: Declaration): Reply {
  const { publishers, host } = session
  if (host.memory.over) return refuse('preconditionFailed')
  const stream = findStream(session, name, 'write')
  if (!isReference(reference) && host.access.allows('write', name))
    return refuse('preconditionFailed')
  if (typeof stream === 'number') return { code: stream }
  if (publishers.size >= mostPublishers || publishers.isTaken(id, stream, reference))
    return refuse('preconditionFailed')
  publishers.add(new Publisher(id, stream, reference))
  session.watch(stream)
  return ok
}

function publish({ frame, version, reader }: Incoming): (session: Session) => void {
  const id = reader.octet()
  // RabbitMQ does not use the number of messages either.
  reader.long()
  const entries = new PublishReader(reader.take(reader.remaining), version)
  const state = { isRefused: false }
  const proceed = (session: Session): void => {
    const hasMore = session.publishers.publish(id, entries, state)
    if (session.host.memory.over) session.host.block()
    if (hasMore) frame.continuation = () => proceed(session)
  }
  return proceed
}

function deletePublisher(session: Session, id: number): Reply {
  const publisher = session.publishers.get(id)
  if (publisher === undefined) return refuse('publisherDoesNotExist')
  session.publishers.remove(publisher)
  session.unwatchUnused(publisher.stream)
  return ok
}

interface SequenceQuery {
  readonly reference: string
  readonly stream: string
}

function queryPublisherSequence(session: Session, query: SequenceQuery): Reply {
  const stream = findStream(session, query.stream, 'read')
  const isFound = typeof stream !== 'number'
  const sequence = isFound ? (stream.log.tracking.sequence(query.reference) ?? 0) : 0
  const code = isFound ? ok.code : stream
  return { code, write: (to) => to.longlongOf(sequence) }
}

export const publishingCommands: readonly (readonly [key: number, Command])[] = [
  [commandKey.declarePublisher, request(readDeclaration, declarePublisher)],
  [commandKey.publish, publish],
  [commandKey.deletePublisher, request((reader) => reader.octet(), deletePublisher)],
  [
    commandKey.queryPublisherSequence,
    request(
      (reader) => ({ reference: reader.string(), stream: reader.string() }),
      queryPublisherSequence,
    ),
  ],
]
