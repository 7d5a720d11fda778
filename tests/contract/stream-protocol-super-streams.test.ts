import { expect } from 'vitest'

import { since, stream, unique } from './support/contract.ts'
import { code } from './support/stream-protocol/frames.ts'
import { response } from './support/stream-protocol/steps.ts'
import type { StreamPeer } from './support/stream-protocol/stream-peer.ts'

const test = since('4.3')

const created = (codeName: keyof typeof code) => response('CreateSuperStream', codeName)

interface SuperStream {
  readonly partitions: readonly string[]
  readonly keys: readonly string[]
  readonly arguments?: Readonly<Record<string, string>>
}

function create(peer: StreamPeer, name: string, { partitions, keys, ...more }: SuperStream) {
  return peer.call('CreateSuperStream', (to) =>
    to
      .string(name)
      .strings(partitions)
      .strings(keys)
      .map(more.arguments ?? {}),
  )
}

/** Creates a super stream with partitions for the keys `a` and `b`. */
async function superStream(peer: StreamPeer): Promise<{ name: string; partitions: string[] }> {
  const name = unique('super')
  const partitions = [`${name}-0`, `${name}-1`]
  expect(await create(peer, name, { partitions, keys: ['a', 'b'] })).toEqual(created('ok'))
  return { name, partitions }
}

const route = (peer: StreamPeer, key: string, name: string) =>
  peer.call('Route', (to) => to.string(key).string(name))
const partitionsOf = (peer: StreamPeer, name: string) =>
  peer.call('Partitions', (to) => to.string(name))

test('routes keys to partitions', async ({ streamPeer }) => {
  const { name, partitions } = await superStream(streamPeer)
  expect(await partitionsOf(streamPeer, name)).toEqual(
    response('Partitions', 'ok', { streams: partitions }),
  )
  expect(await route(streamPeer, 'b', name)).toEqual(
    response('Route', 'ok', { streams: [`${name}-1`] }),
  )
  expect(await route(streamPeer, 'c', name)).toEqual(response('Route', 'ok', { streams: [] }))
})

test('knows no partitions and routes of what does not exist', async ({ streamPeer }) => {
  const nothing = { streams: [] }
  expect(await partitionsOf(streamPeer, 'nowhere')).toEqual(
    response('Partitions', 'streamDoesNotExist', nothing),
  )
  expect(await route(streamPeer, 'a', 'nowhere')).toEqual(
    response('Route', 'streamDoesNotExist', nothing),
  )
})

test('is a direct exchange with bindings to streams', async ({ streamPeer, channel }) => {
  const { name, partitions } = await superStream(streamPeer)
  const args = { arguments: { 'x-super-stream': true } }
  await channel.assertExchange(name, 'direct', { durable: true, ...args })
  await channel.assertQueue(partitions[0] ?? '', {
    durable: true,
    ...stream({ 'x-queue-leader-locator': 'balanced' }),
  })
  channel.publish(name, 'b', Buffer.from('routed'))
  await channel.waitForConfirms()
  await streamPeer.subscribe(partitions[1] ?? '')
  expect((await streamPeer.delivery()).chunk.records).toBe(1)
})

test('can be made of an exchange and streams of AMQP 0-9-1', async ({ streamPeer, channel }) => {
  const name = unique('mixed')
  await channel.assertExchange(name, 'direct', { durable: true })
  for (const [at, order] of ['2', 0, undefined, 1].entries()) {
    const queue = `${name}-${at}`
    await channel.assertQueue(queue, { durable: true, ...stream() })
    const args = order === undefined ? {} : { 'x-stream-partition-order': order }
    await channel.bindQueue(queue, name, `key-${at}`, args)
  }
  const { queue: classic } = await channel.assertQueue(unique('classic'), { durable: true })
  await channel.bindQueue(classic, name, 'key-0')
  expect(await partitionsOf(streamPeer, name)).toMatchObject({
    streams: [1, 3, 0, 2].map((at) => `${name}-${at}`),
  })
  expect(await route(streamPeer, 'key-0', name)).toMatchObject({ streams: [`${name}-0`] })
})

test('is refused if something in it exists', async ({ streamPeer }) => {
  const { name, partitions } = await superStream(streamPeer)
  const exists = created('streamAlreadyExists')
  expect(await create(streamPeer, name, { partitions: [], keys: [] })).toEqual(exists)
  const other = unique('other')
  const mixed = [`${other}-0`, ...partitions]
  expect(await create(streamPeer, other, { partitions: mixed, keys: ['1', '2', '3'] })).toEqual(
    exists,
  )
  expect(await partitionsOf(streamPeer, other)).toMatchObject({ code: code.streamDoesNotExist })
  expect(await streamPeer.delete(`${other}-0`)).toMatchObject({ code: code.streamDoesNotExist })
})

test('is refused if it is malformed', async ({ streamPeer }) => {
  const name = unique('malformed')
  const one = [`${name}-0`]
  const twice = [...one, ...one]
  for (const malformed of [
    { partitions: one, keys: [] },
    { partitions: twice, keys: ['a', 'b'] },
    { partitions: ['amq.mine'], keys: ['a'] },
  ])
    expect(await create(streamPeer, name, malformed)).toEqual(created('preconditionFailed'))
  const tooSmall = { 'stream-filter-size-bytes': '1' }
  expect(
    await create(streamPeer, name, { partitions: one, keys: ['a'], arguments: tooSmall }),
  ).toEqual(created('internalError'))
  expect(await partitionsOf(streamPeer, name)).toMatchObject({ code: code.streamDoesNotExist })
  expect(await create(streamPeer, 'amq.mine', { partitions: one, keys: ['a'] })).toEqual(
    created('preconditionFailed'),
  )
})

test('is deleted with its partitions', async ({ streamPeer }) => {
  const { name, partitions } = await superStream(streamPeer)
  await streamPeer.declarePublisher(1, partitions[0] ?? '')
  const remove = () => streamPeer.call('DeleteSuperStream', (to) => to.string(name))
  expect(await remove()).toEqual(response('DeleteSuperStream', 'ok'))
  expect(await streamPeer.next()).toEqual({
    name: 'MetadataUpdate',
    code: 6,
    stream: partitions[0],
  })
  expect(await remove()).toEqual(response('DeleteSuperStream', 'streamDoesNotExist'))
  expect(await streamPeer.delete(partitions[1] ?? '')).toMatchObject({ code: 2 })
})
