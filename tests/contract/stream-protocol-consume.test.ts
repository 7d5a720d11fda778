import { expect } from 'vitest'

import { since, unique } from './support/contract.ts'
import {
  arrivals,
  chunkIds,
  confirmed,
  messages,
  response,
  streamOf,
} from './support/stream-protocol/steps.ts'
import type { Offset } from './support/stream-protocol/stream-peer.ts'

const test = since('4.3')

const five = ['m0', 'm1', 'm2', 'm3', 'm4']

test('delivers a chunk for each credit, with its header', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('chunks'), ['a'])
  const before = Date.now()
  await confirmed(streamPeer, [
    { id: 1, body: 'b' },
    { id: 2, body: 'c' },
  ])
  expect(await streamPeer.subscribe(stream)).toEqual(response('Subscribe', 'ok'))
  await streamPeer.delivery()
  const { chunk } = await streamPeer.delivery()
  expect(chunk).toMatchObject({
    magicAndVersion: 0x50,
    type: 0,
    records: 2,
    epoch: 1,
    firstOffset: 1,
    filterSize: 0,
    entries: [
      { offset: 1, message: Buffer.from('b') },
      { offset: 2, message: Buffer.from('c') },
    ],
    rest: 0,
  })
  // The clocks of this machine and of the broker may differ by a few milliseconds.
  expect(Math.abs(chunk.timestamp - before)).toBeLessThan(60_000)
})

test.for<[Offset, number[]]>([
  ['first', [0, 1, 2, 3, 4]],
  ['last', [4]],
  ['next', []],
  [{ offset: 3 }, [3, 4]],
  [{ offset: 100 }, []],
  [{ timestamp: 0 }, [0, 1, 2, 3, 4]],
  [{ timestamp: 4_000_000_000_000 }, []],
])('starts at %j', async ([from, expected], { streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('from'), five)
  await streamPeer.subscribe(stream, { from })
  expect(await chunkIds(streamPeer)).toEqual(expected)
})

test('starts with the chunk that contains the offset', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('inside'), ['a'])
  const three = [1, 2, 3].map((id) => ({ id, body: `m${id}` }))
  await confirmed(streamPeer, three)
  await streamPeer.subscribe(stream, { from: { offset: 2 } })
  expect(await messages(streamPeer, 3)).toEqual(['m1', 'm2', 'm3'])
})

test('goes on with what is written later', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('later'), ['old'])
  await streamPeer.subscribe(stream, { from: 'next' })
  await streamPeer.declarePublisher(2, stream)
  streamPeer.publish(2, [{ id: 1, body: 'new' }])
  const frames = [await streamPeer.next(), await streamPeer.next()]
  expect(frames).toContainEqual({ name: 'PublishConfirm', publisherId: 2, ids: [1] })
  expect(frames).toContainEqual(
    expect.objectContaining({
      name: 'Deliver',
      chunk: expect.objectContaining({ firstOffset: 1 }),
    }),
  )
})

test('stops without credit, and goes on with more than half of what it had at first', async ({
  streamPeer,
}) => {
  const bodies = Array.from({ length: 20 }, (_, at) => `m${at}`)
  const stream = await streamOf(streamPeer, unique('credit'), bodies)
  await streamPeer.subscribe(stream, { credit: 10 })
  expect(await chunkIds(streamPeer)).toHaveLength(10)
  streamPeer.credit(1, 5)
  expect(await chunkIds(streamPeer)).toEqual([])
  streamPeer.credit(1, 1)
  expect(await chunkIds(streamPeer)).toEqual([10, 11, 12, 13, 14, 15])
  streamPeer.credit(1, 100)
  expect(await chunkIds(streamPeer)).toEqual([16, 17, 18, 19])
})

test('waits with new chunks too if there is no more than half of the first credit', async ({
  streamPeer,
}) => {
  const stream = await streamOf(streamPeer, unique('half'), five)
  await streamPeer.subscribe(stream, { credit: 10 })
  expect(await chunkIds(streamPeer)).toHaveLength(5)
  await confirmed(streamPeer, [{ id: 10, body: 'waits' }])
  expect(await arrivals(streamPeer)).toEqual([])
  streamPeer.credit(1, 1)
  expect(await chunkIds(streamPeer)).toEqual([5])
})

test('says that there is no subscription to credit', async ({ streamPeer }) => {
  streamPeer.credit(9, 1)
  expect(await streamPeer.next()).toEqual({
    name: 'Credit',
    isResponse: true,
    code: 4,
    subscriptionId: 9,
  })
})

test('refuses a subscription to nothing, and one with a taken id', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('refused'))
  expect(await streamPeer.subscribe('nowhere')).toEqual(response('Subscribe', 'streamDoesNotExist'))
  await streamPeer.subscribe(stream)
  expect(await streamPeer.subscribe(stream)).toEqual(
    response('Subscribe', 'subscriptionIdAlreadyExists'),
  )
  const properties = { name: 'x'.repeat(256) }
  expect(await streamPeer.subscribe(stream, { id: 2, properties })).toEqual(
    response('Subscribe', 'preconditionFailed'),
  )
})

test('ends a subscription', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('ends'))
  await streamPeer.subscribe(stream)
  const unsubscribe = () => streamPeer.call('Unsubscribe', (to) => to.uint8(1))
  expect(await unsubscribe()).toEqual(response('Unsubscribe', 'ok'))
  await confirmed(streamPeer, [{ id: 1, body: 'unread' }])
  expect(await arrivals(streamPeer)).toEqual([])
  expect(await unsubscribe()).toEqual(response('Unsubscribe', 'subscriptionIdDoesNotExist'))
})

test('gives each subscription of a connection its own position', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('own'), ['a', 'b'])
  await streamPeer.subscribe(stream, { id: 1 })
  expect(await chunkIds(streamPeer)).toEqual([0, 1])
  await streamPeer.subscribe(stream, { id: 2, from: { offset: 1 } })
  expect(await streamPeer.delivery()).toMatchObject({
    subscriptionId: 2,
    chunk: { firstOffset: 1 },
  })
})

test('sends the last chunk id to clients that know version 2 of deliver', async ({
  streamPeer,
}) => {
  const stream = await streamOf(streamPeer, unique('version'), ['a', 'b', 'c'])
  await streamPeer.subscribe(stream, { id: 1, credit: 1 })
  expect(await streamPeer.delivery()).not.toHaveProperty('committedChunkId')
  await streamPeer.ok('ExchangeCommandVersions', (to) => to.uint32(1).uint16(8).uint16(1).uint16(2))
  await streamPeer.subscribe(stream, { id: 2, credit: 1 })
  expect(await streamPeer.delivery()).toMatchObject({ committedChunkId: 2 })
})

test('leaves out chunks without a filter value', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('filter'))
  for (const [id, filter] of ['apples', undefined, 'pears', 'plums'].entries())
    await confirmed(streamPeer, [{ id, body: filter ?? 'none', ...(filter && { filter }) }])
  const read = async (id: number, properties: Record<string, string>) => {
    await streamPeer.subscribe(stream, { id, properties })
    return chunkIds(streamPeer)
  }
  expect(await read(1, { 'filter.0': 'apples' })).toEqual([0])
  expect(await read(2, { 'filter.0': 'apples', 'filter.1': 'plums' })).toEqual([0, 3])
  const unfiltered = { 'filter.1': 'pears', 'match-unfiltered': 'true' }
  expect(await read(3, unfiltered)).toEqual([1, 2])
  expect(await read(4, { 'match-unfiltered': 'true' })).toEqual([0, 1, 2, 3])
})

test('tells the size of the filter of a chunk, which it does not send', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('filter-size'))
  await confirmed(streamPeer, [{ id: 1, body: 'a', filter: 'apples' }])
  await streamPeer.subscribe(stream)
  expect((await streamPeer.delivery()).chunk).toMatchObject({ filterSize: 16, rest: 0 })
})
