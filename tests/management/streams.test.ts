import { waitFor } from '@messaging-patterns/testkit'
import { expect, vi } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { confirmed, streamOf } from '../contract/support/stream-protocol/steps.ts'
import { StreamPeer } from '../contract/support/stream-protocol/stream-peer.ts'
import type { Api } from './support/api.ts'
import { everything, test, withUser, type ManagedBroker } from './support/management.ts'

// RabbitMQ lists a connection, and shows its statistics, after up to five seconds: these wait together.
vi.setConfig({ maxConcurrency: 20, testTimeout: 60_000 })

type Json = Readonly<Record<string, unknown>>

interface Client extends AsyncDisposable {
  readonly peer: StreamPeer
  readonly name: string
  /** The path of its connection below that of all connections. */
  readonly path: string
}

/** Waits until what the API answers is as expected, and returns it. */
function shown(api: Api, path: string, isExpected: (body: readonly Json[]) => boolean) {
  return waitFor(
    `the API to show ${path} as expected`,
    async () => {
      const { body } = await api.get(path)
      return Array.isArray(body) && isExpected(body as Json[]) ? (body as Json[]) : undefined
    },
    { interval: 250, timeout: 25_000 },
  )
}

/** A client of the stream protocol that is already listed, with its statistics. */
async function listedClient({ api, streamUrl, vhost }: ManagedBroker): Promise<Client> {
  const name = unique('client')
  const peer = await StreamPeer.open(streamUrl, { name })
  const isListed = (each: Json): boolean =>
    each['user_provided_name'] === name && each['state'] === 'running'
  const all = await shown(api, `stream/connections/${vhost}`, (body) => body.some(isListed))
  const found = all.find(isListed)
  const path = `${vhost}/${encodeURIComponent(String(found?.['name']))}`
  return { peer, name, path, [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose]() }
}

test.concurrent('shows connections', async ({ broker, api, vhost }) => {
  await using client = await listedClient(broker)
  const expected = {
    protocol: 'stream',
    state: 'running',
    user: 'guest',
    vhost,
    auth_mechanism: 'PLAIN',
    channels: 0,
    channel_max: 0,
    frame_max: 1_048_576,
    timeout: 0,
    ssl: false,
    client_properties: { product: 'contract', connection_name: client.name },
    user_provided_name: client.name,
  }
  const { body } = await api.get(`stream/connections/${client.path}`)
  expect(body).toMatchObject(expected)
  expect(body).not.toHaveProperty('type')
  const { body: all } = await api.get('connections')
  expect(all).toContainEqual(expect.objectContaining(expected))
  const { body: streams } = await api.get('stream/connections')
  expect(streams).toContainEqual(expect.objectContaining(expected))
  const { body: page } = await api.get('stream/connections?page=1')
  expect(page).toMatchObject({ page: 1 })
})

test.concurrent('shows no connections of AMQP 0-9-1 as those of streams', async ({
  broker,
  api,
  vhost,
  channel,
}) => {
  await using _client = await listedClient(broker)
  await channel.assertQueue(unique('q'))
  const all = (await api.get(`stream/connections/${vhost}`)).body as readonly Json[]
  expect(new Set(all.map((each) => each['protocol']))).toEqual(new Set(['stream']))
})

test.concurrent.for([
  ['by its path', 'stream/connections', ({ path }: Client) => path],
  ['as any connection', 'connections', ({ path }: Client) => path.split('/')[1] ?? ''],
] as const)('closes a connection %s', async ([, folder, of], { broker, api }) => {
  await using client = await listedClient(broker)
  const path = `${folder}/${of(client)}`
  expect(await api.delete(path)).toMatchObject({ status: 204 })
  // RabbitMQ does not tell the client why.
  expect(await client.peer.next()).toEqual({ name: 'end' })
  await waitFor('the connection to be gone', async () => (await api.get(path)).status === 404)
})

test.concurrent('closes the connections to a virtual host that is deleted', async ({
  broker,
  api,
}) => {
  const vhost = unique('vhost')
  await api.put(`vhosts/${vhost}`)
  await using peer = await StreamPeer.open(broker.streamUrl, { vhost })
  expect(await api.delete(`vhosts/${vhost}`)).toMatchObject({ status: 204 })
  expect(await peer.next()).toEqual({ name: 'end' })
})

test.concurrent('closes the connections of a user who is deleted', async ({ broker, api }) => {
  await using user = await withUser(broker, { tags: '', permissions: everything })
  const url = new URL(broker.streamUrl)
  url.username = user.name
  url.password = 'secret'
  await using peer = await StreamPeer.open(url.href)
  await api.delete(`users/${user.name}`)
  expect(await peer.next()).toEqual({ name: 'end' })
})

test.concurrent('shows publishers', async ({ broker, api, vhost }) => {
  await using client = await listedClient(broker)
  const stream = await streamOf(client.peer, unique('published'), ['a', 'b', 'c'])
  await client.peer.declarePublisher(2, stream, 'named')
  const path = `stream/publishers/${vhost}/${stream}`
  const publishers = await shown(
    api,
    path,
    (body) => body.length === 2 && body.some((each) => each['confirmed'] === 3),
  )
  const connection_details = {
    name: decodeURIComponent(client.path.split('/')[1] ?? ''),
    node: expect.any(String),
    peer_host: expect.any(String),
    peer_port: expect.any(Number),
    user: 'guest',
  }
  const about = { connection_details, queue: { name: stream, vhost }, errored: 0 }
  const expected = [
    { ...about, publisher_id: 1, reference: '', published: 3, confirmed: 3 },
    { ...about, publisher_id: 2, reference: 'named', published: 0, confirmed: 0 },
  ]
  expect(publishers.toSorted(by('publisher_id'))).toEqual(expected)
  const ofOne = (await api.get(`stream/connections/${client.path}/publishers`)).body as Json[]
  expect(ofOne.toSorted(by('publisher_id'))).toEqual(expected)
  for (const all of ['stream/publishers', `stream/publishers/${vhost}`])
    expect((await api.get(all)).body).toEqual(expect.arrayContaining(expected))
})

function by(field: string) {
  return (one: Json, other: Json): number => Number(one[field]) - Number(other[field])
}

test.concurrent('counts a batch that is refused as published', async ({ broker, api, vhost }) => {
  await using client = await listedClient(broker)
  const { peer } = client
  const stream = await streamOf(peer, unique('refused'))
  // An unknown compression.
  peer.send('Publish', (to) =>
    to.uint8(1).uint32(1).uint64(1).uint8(0xf0).uint16(1).uint32(5).binary(Buffer.from('batch')),
  )
  expect(await peer.next()).toMatchObject({ name: 'PublishError' })
  const [publisher] = await shown(
    api,
    `stream/publishers/${vhost}/${stream}`,
    ([first]) => first?.['published'] === 1,
  )
  expect(publisher).toMatchObject({ published: 1, confirmed: 0, errored: 0 })
})

test.concurrent('shows consumers', async ({ broker, api, vhost }) => {
  await using client = await listedClient(broker)
  const { peer } = client
  const stream = await streamOf(peer, unique('consumed'), ['a'])
  await confirmed(peer, [
    { id: 1, body: 'b' },
    { id: 2, body: 'c' },
  ])
  await confirmed(peer, [{ id: 3, body: 'd' }])
  const properties = { name: 'app', 'single-active-consumer': 'true' }
  await peer.subscribe(stream, { id: 1, credit: 2 })
  await peer.subscribe(stream, { id: 2, from: 'next' })
  await peer.subscribe(stream, { id: 3, properties })
  await peer.subscribe(stream, { id: 4, properties })
  const path = `stream/connections/${client.path}/consumers`
  const consumers = await shown(
    api,
    path,
    // At first, RabbitMQ shows the offsets at which they will continue.
    (body) => body.length === 4 && body.filter((each) => each['offset'] === 0).length === 3,
  )
  const up = { active: true, activity_status: 'up', properties: {} }
  const nothing = { consumed: 0, offset: 0, offset_lag: 0, credits: 10 }
  const expected = [
    { subscription_id: 1, ...up, credits: 0, consumed: 3, offset: 2, offset_lag: 1 },
    { subscription_id: 2, ...up, ...nothing },
    { subscription_id: 3, ...nothing, properties, active: true, activity_status: 'single_active' },
    { subscription_id: 4, ...nothing, properties, active: false, activity_status: 'waiting' },
  ].map((each) => ({
    ...each,
    connection_details: expect.objectContaining({ user: 'guest' }),
    queue: { name: stream, vhost },
  }))
  expect(consumers.toSorted(by('subscription_id'))).toEqual(expected)
  for (const all of ['stream/consumers', `stream/consumers/${vhost}`])
    expect((await api.get(all)).body).toEqual(expect.arrayContaining(expected))
})

test.concurrent('shows consumers among those of AMQP 0-9-1', async ({ broker, api, vhost }) => {
  await using client = await listedClient(broker)
  const stream = await streamOf(client.peer, unique('mixed'), ['a'])
  await client.peer.subscribe(stream, { id: 7, properties: { name: 'app' } })
  const all = await shown(api, `consumers/${vhost}`, (body) =>
    body.some((each) => (each['queue'] as Json)['name'] === stream),
  )
  const consumer = {
    consumer_tag: 'stream.subid-7',
    queue: { name: stream, vhost },
    channel_details: {
      name: '',
      number: 0,
      node: expect.any(String),
      connection_name: decodeURIComponent(client.path.split('/')[1] ?? ''),
      user: 'guest',
      peer_host: expect.any(String),
      peer_port: expect.any(Number),
    },
    ack_required: false,
    exclusive: false,
    prefetch_count: 0,
    arguments: { name: 'app' },
    active: true,
    activity_status: 'up',
    consumer_timeout: 1_800_000,
  }
  expect(all).toContainEqual(consumer)
  const queue = await waitFor('the statistics of the stream', async () => {
    const body = (await api.get(`queues/${vhost}/${stream}`)).body as Json
    return body['consumers'] === 1 && (body['consumer_details'] as Json[]).length === 1
      ? body
      : undefined
  })
  expect(queue).toMatchObject({
    consumer_details: [consumer],
    readers: { [String(queue['node'])]: 1 },
  })
})

test.concurrent('shows what is tracked in a stream', async ({ broker, api, vhost }) => {
  await using peer = await StreamPeer.open(broker.streamUrl)
  const stream = await streamOf(peer, unique('tracked'))
  await peer.declarePublisher(2, stream, 'writer')
  peer.publish(2, [{ id: 41, body: 'a' }])
  await peer.next()
  peer.storeOffset('reader', stream, 5)
  const path = `stream/${vhost}/${stream}/tracking`
  const [offsets, writers] = [{ reader: 5 }, { writer: 41 }]
  await waitFor('the offset to be stored', async () => {
    const { body } = await api.get(path)
    return JSON.stringify((body as Json)['offsets']) === JSON.stringify(offsets)
  })
  expect((await api.get(path)).body).toEqual({ offsets, writers })
  expect((await api.get(`${path}?type=offset`)).body).toEqual({ offsets })
  expect((await api.get(`${path}?type=writer`)).body).toEqual({ writers })
})

test.concurrent('shows users without the tag monitoring only their own', async ({
  broker,
  vhost,
}) => {
  await using user = await withUser(broker, { tags: 'management', permissions: everything })
  await using client = await listedClient(broker)
  await streamOf(client.peer, unique('hidden'))
  for (const list of ['connections', 'publishers', 'consumers'])
    expect((await user.api.get(`stream/${list}/${vhost}`)).body).toEqual([])
  const path = `stream/connections/${client.path}`
  expect(await user.api.get(path)).toMatchObject({ status: 401 })
  expect(await user.api.delete(path)).toMatchObject({ status: 401 })
})

test.concurrent('does not find what is not there', async ({ broker, api, vhost }) => {
  await using client = await listedClient(broker)
  const { path } = client
  const elsewhere = path.replace(vhost, '%2F')
  const missing = { status: 404, body: { error: 'Object Not Found', reason: 'Not Found' } }
  for (const absent of [
    'stream/connections/nowhere',
    `stream/connections/${vhost}/nobody`,
    `stream/connections/${vhost}/nobody/consumers`,
    `stream/connections/${elsewhere}`,
    'stream/publishers/nowhere',
    `stream/publishers/${vhost}/nothing`,
    'stream/consumers/nowhere',
    `stream/${vhost}/nothing/tracking`,
  ])
    expect(await api.get(absent), absent).toMatchObject(missing)
  expect(await api.delete(`stream/connections/${elsewhere}`)).toMatchObject(missing)
})
