import type { Topology } from '../../picture/update.ts'
import { textOf, type JsonObject, type ManagementApi } from './management-api.ts'

/** What a broker has at one moment, as its management API says. */
export interface Snapshot extends Topology {
  /** When it was asked, in milliseconds. */
  readonly time: number
  /** How many queues there are; a picture with all of them may be too large. */
  readonly allQueues: number
}

/** More queues than this are too many for a picture. */
const mostQueues = 40

/** Asks for everything in a virtual host. Leaves out `ownQueue` and what belongs to it. */
export async function takeSnapshot(
  api: ManagementApi,
  vhost: string,
  ownQueue: string | undefined,
): Promise<Snapshot> {
  const time = Date.now()
  const [exchanges, queues, bindings, consumers, connections] = await Promise.all([
    api.list('exchanges', vhost),
    api.list('queues', vhost),
    api.list('bindings', vhost),
    api.list('consumers', vhost),
    api.list('vhosts', vhost, 'connections'),
  ])
  const others = queues.filter(({ name }) => name !== ownQueue)
  const shown = mostActive(others, bindings)
  const names = new Set(shown.map(({ name }) => textOf(name)))
  return {
    time,
    allQueues: others.length,
    exchanges: exchanges.map(({ name, type }) => ({ name: textOf(name), type: textOf(type) })),
    queues: shown.map(queueOf),
    bindings: bindings
      .map(bindingOf)
      .filter(
        ({ destination, destinationType }) =>
          destinationType === 'exchange' || names.has(destination),
      ),
    consumers: consumers.map(consumerOf).filter(({ queue }) => names.has(queue)),
    programs: connections
      .filter(({ client_properties: properties }) => !isOwn(properties))
      .map(({ name, client_properties: properties }) => ({
        id: textOf(name),
        name: programName(textOf(name), properties),
        state: 'running',
      })),
  }
}

/** What a program is called that gave its connection no name: by the port that it connects from. */
function programName(connection: string, properties: unknown): string {
  const given: unknown = Object(properties).connection_name
  if (typeof given === 'string' && given !== '') return given
  const [, port = connection] = /:(\d+) -> /.exec(connection) ?? []
  return `program ${port}`
}

/** Programs that watch do not belong to what is watched. */
export const ownProperties = { connection_name: 'pnpm live', product: 'messaging-patterns live' }

function isOwn(properties: unknown): boolean {
  return Object(properties).product === ownProperties.product
}

function mostActive(
  queues: readonly JsonObject[],
  bindings: readonly JsonObject[],
): readonly JsonObject[] {
  if (queues.length <= mostQueues) return queues
  const bound = new Set(
    bindings.filter(({ source }) => source !== '').map(({ destination }) => destination),
  )
  const activity = ({ name, messages }: JsonObject): number =>
    Number(messages ?? 0) + (bound.has(name ?? '') ? 1 : 0)
  const first = queues.toSorted((a, b) => activity(b) - activity(a)).slice(0, mostQueues)
  return queues.filter((queue) => first.includes(queue))
}

function queueOf(queue: JsonObject): Topology['queues'][number] {
  const { name, type, messages_ready: ready, messages_unacknowledged: unacked } = queue
  return {
    name: textOf(name),
    type: type === 'quorum' || type === 'stream' ? type : 'classic',
    ready: Number(ready ?? 0),
    unacked: Number(unacked ?? 0),
    arguments: fields(queue['arguments']),
  }
}

function bindingOf(binding: JsonObject): Topology['bindings'][number] {
  return {
    source: textOf(binding['source']),
    destination: textOf(binding['destination']),
    destinationType: binding['destination_type'] === 'exchange' ? 'exchange' : 'queue',
    routingKey: textOf(binding['routing_key']),
    arguments: fields(binding['arguments']),
  }
}

function consumerOf(consumer: JsonObject): Topology['consumers'][number] {
  const { consumer_tag: tag, queue, channel_details: channel, prefetch_count: prefetch } = consumer
  return {
    tag: textOf(tag),
    queue: textOf(fields(queue)['name']),
    program: textOf(fields(channel)['connection_name']),
    prefetch: Number(prefetch ?? 0),
    acks: consumer['ack_required'] === true,
  }
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
