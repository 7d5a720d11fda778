import { checkedName, declareStream } from './declare-stream.ts'
import type { Session } from '../session.ts'
import { commandKey, responseCode } from '../wire/commands.ts'
import type { FieldReader } from '../wire/field-reader.ts'
import { writeString } from '../wire/frame-writer.ts'
import { request, type Command, type Reply } from './command.ts'
import { findStream, ok, refuse } from './replies.ts'

interface Creation {
  readonly name: string
  readonly arguments: ReadonlyMap<string, string>
}

function readCreation(reader: FieldReader): Creation {
  return { name: reader.string(), arguments: reader.map() }
}

function create(session: Session, { name: given, arguments: args }: Creation): Reply {
  const { vhost, access } = session.host
  const name = checkedName(given)
  if (name === undefined) return refuse('preconditionFailed')
  return access.allows('configure', name)
    ? declareStream(vhost, name, args)
    : refuse('accessRefused')
}

function remove(session: Session, name: string): Reply {
  const stream = findStream(session, name, 'configure')
  if (typeof stream === 'number') return { code: stream }
  return { ...ok, after: () => void session.host.vhost.deleteQueue(name) }
}

const noLeader = 0xffff

/** One node has all streams. */
function metadata(session: Session, names: readonly string[]): Reply {
  const { access, advertised } = session.host
  const streams = Array.from(new Set(names), (name) => {
    const isAllowed = access.allows('read', name) || access.allows('write', name)
    if (!isAllowed) return { name, code: responseCode.accessRefused }
    const exists = session.stream(name) !== undefined
    return { name, code: exists ? responseCode.ok : responseCode.streamDoesNotExist }
  })
  const hasStreams = streams.some(({ code }) => code === responseCode.ok)
  return {
    code: undefined,
    write(to) {
      to.long(hasStreams ? 1 : 0)
      if (hasStreams) {
        to.short(0)
        writeString(to, advertised.host)
        to.long(advertised.port)
      }
      to.long(streams.length)
      for (const { name, code } of streams) {
        writeString(to, name)
        to.short(code)
        to.short(code === responseCode.ok ? 0 : noLeader)
        to.long(0)
      }
    },
  }
}

function streamStats(session: Session, name: string): Reply {
  const stream = findStream(session, name, 'read')
  if (typeof stream === 'number') return { code: stream, write: (to) => to.long(0) }
  const { lastChunkId, firstOffset, nextOffset } = stream.log
  const isEmpty = lastChunkId < 0
  const stats = Object.entries({
    committed_chunk_id: lastChunkId,
    committed_offset: isEmpty ? -1 : nextOffset - 1,
    first_chunk_id: isEmpty ? -1 : firstOffset,
    last_chunk_id: lastChunkId,
  })
  return {
    ...ok,
    write(to) {
      to.long(stats.length)
      for (const [key, value] of stats) {
        writeString(to, key)
        to.longlongOf(value)
      }
    },
  }
}

export const streamCommands: readonly (readonly [key: number, Command])[] = [
  [commandKey.create, request(readCreation, create)],
  [commandKey.delete, request((reader) => reader.string(), remove)],
  [commandKey.metadata, request((reader) => reader.strings(), metadata)],
  [commandKey.streamStats, request((reader) => reader.string(), streamStats)],
]
