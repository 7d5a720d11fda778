import type { FilterSpec } from '../../core/stream/chunk/bloom-filter.ts'
import type { StreamQueue } from '../../core/queue/stream-queue.ts'
import type { OffsetSpec } from '../../core/stream/log/offset-spec.ts'
import type { SubscriptionSpec } from '../consuming/subscription.ts'
import type { Session } from '../session.ts'
import { commandKey, responseBit, responseCode } from '../wire/commands.ts'
import type { FieldReader } from '../wire/field-reader.ts'
import { readOffsetSpec, readOptionalOffsetSpec } from '../wire/offset-spec-field.ts'
import { notice, request, type Command, type Reply } from './command.ts'
import { partitionIndex } from './partitions.ts'
import { findStream, isReference, ok, refuse } from './replies.ts'

const mostSubscriptions = 256

type Properties = ReadonlyMap<string, string>

interface Subscribe {
  readonly id: number
  readonly stream: string
  readonly start: OffsetSpec
  readonly credit: number
  readonly properties: Properties
}

function readSubscribe(reader: FieldReader): Subscribe {
  return {
    id: reader.octet(),
    stream: reader.string(),
    start: readOffsetSpec(reader),
    credit: reader.short(),
    properties: reader.optionalMap(),
  }
}

function subscribe(session: Session, command: Subscribe): Reply {
  const { subscriptions, host } = session
  const { id, start, credit, properties } = command
  const name = properties.get('name')
  if (subscriptions.size >= mostSubscriptions) return refuse('preconditionFailed')
  const stream = findStream(session, command.stream, 'read')
  if (name !== undefined && !isReference(name) && host.access.allows('read', command.stream))
    return refuse('preconditionFailed')
  if (typeof stream === 'number') return { code: stream }
  if (subscriptions.get(id) !== undefined) return refuse('subscriptionIdAlreadyExists')
  const spec = { id, stream, start, credit, filter: filterOf(properties), properties }
  if (properties.get('single-active-consumer') !== 'true')
    return { ...ok, after: () => subscribeAlone(session, spec) }
  if (name === undefined) return refuse('preconditionFailed')
  return subscribeToGroup(session, spec, properties)
}

function subscribeAlone(session: Session, spec: SubscriptionSpec): void {
  session.watch(spec.stream)
  session.subscriptions.start(session.subscriptions.add(spec))
}

/** Joins a group of consumers, of which one is active. It starts to read when its client agrees. */
function subscribeToGroup(session: Session, spec: SubscriptionSpec, properties: Properties): Reply {
  const { groups } = session.host
  const { stream } = spec
  const name = properties.get('name') ?? ''
  const index = partitionOf(session, stream, properties)
  const known = groups.get(stream, name)
  if (known !== undefined && known.partitionIndex !== index) return refuse('preconditionFailed')
  return {
    ...ok,
    after() {
      session.watch(stream)
      const subscription = session.subscriptions.add(spec)
      subscription.isActive = false
      subscription.group = groups.join(stream, name, index)
      subscription.group.add(subscription)
    },
  }
}

function partitionOf(session: Session, stream: StreamQueue, properties: Properties): number {
  const superStream = properties.get('super-stream')
  return superStream === undefined ? -1 : partitionIndex(session.host.vhost, superStream, stream)
}

/** What the client wants to read; undefined for everything. */
export function filterOf(properties: Properties): FilterSpec | undefined {
  const filters = Array.from(properties).filter(([name]) => name.startsWith('filter.'))
  if (filters.length === 0) return undefined
  const values = filters.map(([, value]) => value)
  return { values, matchUnfiltered: properties.get('match-unfiltered') === 'true' }
}

function unsubscribe(session: Session, id: number): Reply {
  const subscription = session.subscriptions.get(id)
  if (subscription === undefined) return refuse('subscriptionIdDoesNotExist')
  return {
    ...ok,
    after() {
      session.subscriptions.remove(subscription)
      session.unwatchUnused(subscription.spec.stream)
    },
  }
}

interface Credit {
  readonly id: number
  readonly credit: number
}

/** This is only answered if something is wrong, and without a correlation id. */
function addCredit(session: Session, { id, credit }: Credit): void {
  const subscription = session.subscriptions.get(id)
  subscription?.addCredit(credit)
  if (subscription?.isReading === true) return
  const { preconditionFailed, subscriptionIdDoesNotExist } = responseCode
  session.host.frames.command(commandKey.credit | responseBit, (to) => {
    to.short(subscription === undefined ? subscriptionIdDoesNotExist : preconditionFailed)
    to.octet(id)
  })
}

interface UpdateAnswer {
  readonly correlationId: number
  readonly start: OffsetSpec | undefined
}

function readUpdateAnswer(reader: FieldReader): UpdateAnswer {
  const correlationId = reader.long()
  // Whatever the code says, the client has answered.
  reader.short()
  return {
    correlationId,
    start: reader.remaining === 0 ? undefined : readOptionalOffsetSpec(reader),
  }
}

function answerUpdate({ subscriptions }: Session, { correlationId, start }: UpdateAnswer): void {
  subscriptions.updateAnswered(correlationId, start)
}

export const consumingCommands: readonly (readonly [key: number, Command])[] = [
  [commandKey.subscribe, request(readSubscribe, subscribe)],
  [commandKey.unsubscribe, request((reader) => reader.octet(), unsubscribe)],
  [
    commandKey.credit,
    notice((reader) => ({ id: reader.octet(), credit: reader.signedShort() }), addCredit),
  ],
  [commandKey.consumerUpdate | responseBit, notice(readUpdateAnswer, answerUpdate)],
]
