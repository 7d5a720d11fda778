import type { VirtualHost } from '../../core/vhost.ts'
import { bool, long } from '../../protocol/field-value.ts'
import type { Session } from '../session.ts'
import { commandKey, responseCode } from '../wire/commands.ts'
import type { FieldReader } from '../wire/field-reader.ts'
import { writeStrings } from '../wire/frame-writer.ts'
import { request, type Command, type Reply } from './command.ts'
import { checkedName, declareStream, noGuard } from './declare-stream.ts'
import { orderArgument, partitionsOf } from './partitions.ts'
import { ok, refuse } from './replies.ts'

const mostPartitions = 1000

interface Creation {
  readonly name: string
  readonly partitions: readonly string[]
  readonly bindingKeys: readonly string[]
  readonly arguments: ReadonlyMap<string, string>
}

function readCreation(reader: FieldReader): Creation {
  return {
    name: reader.string(),
    partitions: reader.strings(),
    bindingKeys: reader.strings(),
    arguments: reader.map(),
  }
}

function create(session: Session, creation: Creation): Reply {
  const { vhost } = session.host
  const name = checkedName(creation.name)
  if (name === undefined) return refuse('preconditionFailed')
  if (!mayManage(session, name, creation.partitions)) return refuse('accessRefused')
  if (!isWellFormed(creation)) return refuse('preconditionFailed')
  const isTaken =
    vhost.exchanges.get(name) !== undefined ||
    creation.partitions.some((partition) => vhost.queues.get(partition) !== undefined)
  return isTaken ? refuse('streamAlreadyExists') : declareAll(vhost, { ...creation, name })
}

function isWellFormed({ partitions, bindingKeys }: Creation): boolean {
  return (
    partitions.length === bindingKeys.length &&
    partitions.length <= mostPartitions &&
    new Set(partitions).size === partitions.length &&
    partitions.every((partition) => checkedName(partition) !== undefined)
  )
}

/** Whether the user may declare the exchange and the partitions, and bind them. */
function mayManage(
  { host: { access } }: Session,
  name: string,
  partitions: readonly string[],
): boolean {
  return (
    access.allows('configure', name) &&
    access.allows('read', name) &&
    partitions.every((each) => access.allows('configure', each) && access.allows('write', each))
  )
}

/** Declares the exchange, the partitions and the bindings, or nothing if a partition is refused. */
function declareAll(vhost: VirtualHost, creation: Creation): Reply {
  const { name, partitions, bindingKeys } = creation
  const locator = ['queue-leader-locator', 'balanced'] as const
  const args = new Map([locator, ...creation.arguments])
  const flags = { durable: true, autoDelete: false, internal: false }
  const isSuperStream = new Map([['x-super-stream', bool(true)]])
  vhost.declareExchange({
    name,
    type: 'direct',
    ...flags,
    arguments: isSuperStream,
    guard: noGuard,
  })
  for (const partition of partitions) {
    if (declareStream(vhost, partition, args).code === responseCode.ok) continue
    deleteAll(vhost, name, partitions)
    // What RabbitMQ answers, whatever is wrong with the arguments.
    return refuse('internalError')
  }
  for (const [index, destination] of partitions.entries())
    vhost.bind({
      source: name,
      destination,
      destinationType: 'queue',
      routingKey: bindingKeys[index] ?? '',
      arguments: new Map([[orderArgument, long(index)]]),
      owner: {},
    })
  return ok
}

function deleteAll(vhost: VirtualHost, name: string, partitions: readonly string[]): void {
  vhost.deleteExchange(name, false)
  for (const partition of partitions) vhost.deleteQueue(partition)
}

function remove(session: Session, name: string): Reply {
  const { vhost, access } = session.host
  if (!access.allows('configure', name)) return refuse('accessRefused')
  const partitions = partitionsOf(vhost, name)?.map((each) => each.name)
  if (partitions === undefined) return refuse('streamDoesNotExist')
  if (!mayManage(session, name, partitions)) return refuse('accessRefused')
  return { ...ok, after: () => deleteAll(vhost, name, partitions) }
}

interface RouteQuery {
  readonly routingKey: string
  readonly superStream: string
}

function route(session: Session, { routingKey, superStream }: RouteQuery): Reply {
  const { vhost, access } = session.host
  if (!access.allows('write', superStream)) return withStreams('accessRefused')
  const exchange = vhost.exchanges.get(superStream)
  if (exchange === undefined) return withStreams('streamDoesNotExist')
  const targets = vhost.router.route(exchange, { routingKey, extraKeys: [], headers: undefined })
  const names = targets.map(({ name }) => name).filter((name) => session.stream(name))
  return names.every((name) => access.allows('write', name))
    ? withStreams('ok', names)
    : withStreams('accessRefused')
}

function listPartitions(session: Session, name: string): Reply {
  const { vhost, access } = session.host
  const mayUse = (resource: string): boolean =>
    access.allows('read', resource) || access.allows('write', resource)
  if (!mayUse(name)) return withStreams('accessRefused')
  const names = partitionsOf(vhost, name)?.map((each) => each.name)
  if (names === undefined) return withStreams('streamDoesNotExist')
  return names.every(mayUse) ? withStreams('ok', names) : withStreams('accessRefused')
}

function withStreams(code: keyof typeof responseCode, names: readonly string[] = []): Reply {
  return { ...refuse(code), write: (to) => writeStrings(to, names) }
}

export const superStreamCommands: readonly (readonly [key: number, Command])[] = [
  [commandKey.createSuperStream, request(readCreation, create)],
  [commandKey.deleteSuperStream, request((reader) => reader.string(), remove)],
  [
    commandKey.route,
    request((reader) => ({ routingKey: reader.string(), superStream: reader.string() }), route),
  ],
  [commandKey.partitions, request((reader) => reader.string(), listPartitions)],
]
