import { waitFor } from '@messaging-patterns/testkit'
import { connect, type Options } from 'amqplib'
import { expect, vi } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { fill } from '../contract/support/messages.ts'
import { absent } from './support/absent.ts'
import type { Api } from './support/api.ts'
import { test, type ManagedBroker } from './support/management.ts'
import * as clientShapes from './support/client-shapes.ts'
import type { Shape } from './support/shape.ts'
import * as shapes from './support/shapes.ts'

// RabbitMQ lists connections, and shows statistics, after up to five seconds: these wait together.
vi.setConfig({ maxConcurrency: 20, testTimeout: 60_000 })

type Json = Readonly<Record<string, unknown>>

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** What differs between an answer and the shape that RabbitMQ's answer has. */
function differences(value: Json, shape: Shape, left: readonly string[]): readonly string[] {
  const unexpected = Object.keys(value)
    .filter((field) => !Object.hasOwn(shape, field))
    .map((field) => `${field}: RabbitMQ does not have it`)
  const wrong = Object.entries(shape).flatMap(([field, types]) => {
    if (!Object.hasOwn(value, field))
      return types.endsWith('?') || left.includes(field) ? [] : [`${field}: missing`]
    const allowed = types.replace('?', '').split('|')
    const type = typeOf(value[field])
    return allowed.includes(type) ? [] : [`${field}: ${type} instead of ${types}`]
  })
  return [...unexpected, ...wrong]
}

function expectShape(
  broker: ManagedBroker,
  value: unknown,
  { shape, name = '' }: { readonly shape: Shape; readonly name?: string },
): void {
  const left = broker.kind === 'embedded' ? (absent[name] ?? []) : []
  expect(differences(value as Json, shape, left)).toEqual([])
}

interface Scene extends AsyncDisposable {
  readonly queue: string
  readonly connection: string
  readonly path: string
}

/** A queue with messages, and a connection that consumes it and is already listed. */
async function scene(
  { api, url, vhost }: ManagedBroker,
  options: Options.AssertQueue = {},
): Promise<Scene> {
  const [queue, name] = [unique('q'), unique('client')]
  const client = await connect(url, { clientProperties: { connection_name: name } })
  const channel = await client.createConfirmChannel()
  await channel.assertQueue(queue, options)
  await channel.prefetch(1)
  await fill(channel, queue, ['a', 'b'])
  await channel.consume(queue, () => {}, { consumerTag: 'tag' })
  const connection = await waitFor(
    'the API to list the connection',
    async () => {
      const all = (await api.get('connections')).body as readonly Json[]
      return all.find((each) => each['user_provided_name'] === name)
    },
    { interval: 250, timeout: 25_000 },
  )
  return {
    queue,
    connection: String(connection['name']),
    path: `queues/${vhost}/${queue}`,
    [Symbol.asyncDispose]: () => client.close(),
  }
}

async function find(
  api: Api,
  path: string,
  [field, value]: readonly [string, string],
): Promise<Json> {
  const all = (await api.get(path)).body as readonly Json[]
  const found = all.find((each) => each[field] === value)
  if (found === undefined) throw new Error(`${path} lists no ${field} ${value}`)
  return found
}

test.concurrent('shows queues', async ({ broker, api, vhost }) => {
  await using scenery = await scene(broker)
  const listed = await find(api, `queues/${vhost}`, ['name', scenery.queue])
  expectShape(broker, listed, { shape: shapes.queue })
  expectShape(broker, (await api.get(scenery.path)).body, { shape: shapes.queueDetails })
})

test.concurrent('shows quorum queues', async ({ broker, api }) => {
  await using scenery = await scene(broker, { arguments: { 'x-queue-type': 'quorum' } })
  expectShape(broker, (await api.get(scenery.path)).body, { shape: shapes.quorumQueue })
})

test.concurrent('shows streams', async ({ broker, api, vhost }) => {
  await using scenery = await scene(broker, { arguments: { 'x-queue-type': 'stream' } })
  const node = expect.any(String)
  const shown = await waitFor('the statistics of the stream', async () => {
    const body = (await api.get(scenery.path)).body as Json
    return body['messages'] === 2 && body['consumers'] === 1 ? body : undefined
  })
  expectShape(broker, shown, { shape: shapes.stream })
  // A consumer holds one of them, but a stream has no unacknowledged messages.
  expect(shown).toMatchObject({
    type: 'stream',
    messages_ready: 2,
    messages_unacknowledged: 0,
    leader: node,
    members: [node],
    online: [node],
    segments: 1,
    readers: { [String(shown['node'])]: 1 },
  })
  const listed = await find(api, `queues/${vhost}`, ['name', scenery.queue])
  expect(listed).toMatchObject({ type: 'stream', messages: 2 })
  expect(listed).not.toHaveProperty('message_bytes')
})

test.concurrent('shows connections', async ({ broker, api }) => {
  await using scenery = await scene(broker)
  const listed = await find(api, 'connections', ['name', scenery.connection])
  expectShape(broker, listed, { shape: clientShapes.connection })
  const { body } = await api.get(`connections/${encodeURIComponent(scenery.connection)}`)
  expectShape(broker, body, { shape: clientShapes.connection })
})

test.concurrent('shows channels', async ({ broker, api }) => {
  await using scenery = await scene(broker)
  const name = `${scenery.connection} (1)`
  const listed = await waitFor('the API to list the channel', () =>
    find(api, 'channels', ['name', name]),
  )
  expectShape(broker, listed, { shape: clientShapes.channel })
  const { body } = await api.get(`channels/${encodeURIComponent(name)}`)
  expectShape(broker, body, { shape: clientShapes.channelDetails })
  const path = `connections/${encodeURIComponent(scenery.connection)}/channels`
  expect((await api.get(path)).body).toMatchObject([{ name, number: 1 }])
})

test.concurrent('shows consumers', async ({ broker, api }) => {
  await using scenery = await scene(broker)
  const consumers = await waitFor('the API to list the consumer', async () => {
    const { consumer_details: all } = (await api.get(scenery.path)).body as Json
    const [first] = Array.isArray(all) ? (all as readonly Json[]) : []
    // RabbitMQ lists a new consumer before it knows its channel.
    const known = Object.keys(first?.['channel_details'] ?? {}).length > 0
    return known ? (all as readonly Json[]) : undefined
  })
  const [consumer] = consumers
  expectShape(broker, consumer, { shape: clientShapes.consumer })
  expectShape(broker, consumer?.['channel_details'], { shape: clientShapes.channelOfConsumer })
  expect(consumer).toMatchObject({
    consumer_tag: 'tag',
    ack_required: true,
    active: true,
    prefetch_count: 1,
    queue: { name: scenery.queue, vhost: broker.vhost },
    channel_details: { connection_name: scenery.connection, number: 1, user: 'guest' },
  })
})

test.concurrent('shows exchanges and bindings', async ({ broker, api, vhost }) => {
  const listed = await find(api, `exchanges/${vhost}`, ['name', 'amq.topic'])
  const named = { name: 'exchange' }
  expectShape(broker, listed, { shape: shapes.exchange, ...named })
  const { body } = await api.get(`exchanges/${vhost}/amq.topic`)
  expectShape(broker, body, { shape: shapes.exchangeDetails, ...named })
  await api.put(`queues/${vhost}/${unique('q')}`, { durable: true })
  const [binding] = (await api.get(`bindings/${vhost}`)).body as readonly Json[]
  expectShape(broker, binding, { shape: shapes.binding })
})

test.concurrent('shows virtual hosts', async ({ broker, api, vhost }) => {
  const listed = await find(api, 'vhosts', ['name', vhost])
  expectShape(broker, listed, { shape: shapes.vhost })
  expectShape(broker, (await api.get(`vhosts/${vhost}`)).body, { shape: shapes.vhost })
})

test.concurrent('shows an overview', async ({ broker, api }) => {
  await using _scene = await scene(broker)
  const overview = (await api.get('overview')).body as Json
  expectShape(broker, overview, { shape: shapes.overview, name: 'overview' })
  expectShape(broker, overview['object_totals'], { shape: shapes.objectTotals })
  const [listener] = overview['listeners'] as readonly Json[]
  expectShape(broker, listener, { shape: shapes.listener })
})

test.concurrent('shows the node', async ({ broker, api }) => {
  // RabbitMQ says little about a node until its first statistics arrive.
  const node = await waitFor('the statistics of the node', async () => {
    const [first] = (await api.get('nodes')).body as readonly Json[]
    return first !== undefined && 'uptime' in first ? first : undefined
  })
  const known = Object.entries(node).filter(([field]) => Object.hasOwn(shapes.node, field))
  expectShape(broker, Object.fromEntries(known), { shape: shapes.node })
  if (broker.kind === 'embedded') expect(known).toHaveLength(Object.keys(node).length)
  const { body } = await api.get(`nodes/${String(node['name'])}`)
  expect(body).toMatchObject({ name: node['name'], running: true })
})

test.concurrent('exports definitions', async ({ broker, api }) => {
  expectShape(broker, (await api.get('definitions')).body, { shape: shapes.definitions })
})

test.concurrent('passes its health checks', async ({ api }) => {
  const checks = [
    'alarms',
    'local-alarms',
    'virtual-hosts',
    'node-is-quorum-critical',
    'is-in-service',
    'ready-to-serve-clients',
    'below-node-connection-limit',
    'metadata-store/initialized',
    'metadata-store/initialized/with-data',
    'quorum-queues-without-elected-leaders/all-vhosts',
    'quorum-queues-without-elected-leaders/vhost/%2F/pattern/x',
    'protocol-listener/amqp',
    'protocol-listener/amqp091',
  ]
  // A queue or a virtual host of another test may just be starting.
  for (const check of checks)
    await waitFor(`the check ${check}`, async () => {
      const { status, body } = await api.get(`health/checks/${check}`)
      return status === 200 && (body as Json)['status'] === 'ok'
    })
  expect(await api.get('health/checks/port-listener/1')).toMatchObject({
    status: 503,
    body: { status: 'failed', reason: 'No active listener', missing: 1 },
  })
  expect(await api.get('health/checks/protocol-listener/mqtt')).toMatchObject({
    status: 503,
    body: { status: 'failed', reason: 'No active listener', missing: ['mqtt'] },
  })
})
