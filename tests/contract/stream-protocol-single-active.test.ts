import { expect } from 'vitest'

import { since, unique } from './support/contract.ts'
import { arrivals, chunkIds, response, streamOf } from './support/stream-protocol/steps.ts'
import { StreamPeer, writeOffset, type Offset } from './support/stream-protocol/stream-peer.ts'

const test = since('4.3')

const alone = { 'single-active-consumer': 'true', name: 'group' }

/** Waits for a consumer update, and returns its correlation id. */
async function update(peer: StreamPeer, id: number, active: boolean): Promise<number> {
  const frame = await peer.next()
  const correlationId: unknown = expect.any(Number)
  expect(frame).toEqual({
    name: 'ConsumerUpdate',
    correlationId,
    subscriptionId: id,
    active: active ? 1 : 0,
  })
  return frame['correlationId'] as number
}

/** Answers a consumer update: where to start, or that the client has no wish. */
function agree(peer: StreamPeer, correlationId: number, from?: Offset): void {
  peer.respond('ConsumerUpdate', correlationId, (to) => {
    to.uint16(1)
    return from === undefined ? to.uint16(0) : writeOffset(to, from)
  })
}

test('needs a name', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('nameless'))
  const properties = { 'single-active-consumer': 'true' }
  expect(await streamPeer.subscribe(stream, { properties })).toEqual(
    response('Subscribe', 'preconditionFailed'),
  )
  // Only this text turns it on.
  const almost = { 'single-active-consumer': 'True', name: 'group' }
  await streamPeer.subscribe(stream, { properties: almost })
  expect(await arrivals(streamPeer)).toEqual([])
})

test('starts where the client says, once it is active', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('start'), ['a', 'b', 'c'])
  await streamPeer.subscribe(stream, { properties: alone })
  const first = await update(streamPeer, 1, true)
  expect(await arrivals(streamPeer)).toEqual([])
  agree(streamPeer, first, { offset: 1 })
  expect(await chunkIds(streamPeer)).toEqual([1, 2])
})

test('starts where it was subscribed if the client has no wish', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('no-wish'), ['a', 'b', 'c'])
  await streamPeer.subscribe(stream, { properties: alone, from: { offset: 2 } })
  agree(streamPeer, await update(streamPeer, 1, true))
  expect(await chunkIds(streamPeer)).toEqual([2])
})

test('waits until the active one has left', async ({ broker, streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('left'), ['a', 'b'])
  await streamPeer.subscribe(stream, { properties: alone })
  agree(streamPeer, await update(streamPeer, 1, true))
  expect(await chunkIds(streamPeer)).toEqual([0, 1])
  await using waiting = await StreamPeer.open(broker.streamUrl)
  await waiting.subscribe(stream, { properties: alone })
  expect(await arrivals(waiting)).toEqual([])
  waiting.credit(1, 1)
  const inactive = { name: 'Credit', isResponse: true, code: 17, subscriptionId: 1 }
  expect(await arrivals(waiting)).toEqual([inactive])
  await streamPeer.ok('Unsubscribe', (to) => to.uint8(1))
  agree(waiting, await update(waiting, 1, true), { offset: 1 })
  expect(await chunkIds(waiting)).toEqual([1])
})

test('waits until the connection of the active one is lost', async ({ broker, streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('lost'), ['a'])
  await using active = await StreamPeer.open(broker.streamUrl)
  await active.subscribe(stream, { properties: alone })
  agree(active, await update(active, 1, true))
  await streamPeer.subscribe(stream, { properties: alone })
  active.vanish()
  agree(streamPeer, await update(streamPeer, 1, true))
  expect(await chunkIds(streamPeer)).toEqual([0])
})

test('is one of its name, not of its stream', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('names'), ['a'])
  for (const [id, name] of ['one', 'other'].entries()) {
    await streamPeer.subscribe(stream, { id, properties: { ...alone, name } })
    agree(streamPeer, await update(streamPeer, id, true))
    expect(await streamPeer.delivery()).toMatchObject({ subscriptionId: id })
  }
})

test('shares the partitions of a super stream', async ({ broker, streamPeer }) => {
  const name = unique('shared')
  const partitions = [`${name}-0`, `${name}-1`]
  await streamPeer.ok('CreateSuperStream', (to) =>
    to.string(name).strings(partitions).strings(['0', '1']).map({}),
  )
  const properties = { ...alone, 'super-stream': name }
  for (const [id, partition] of partitions.entries()) {
    await streamPeer.subscribe(partition, { id, properties })
    agree(streamPeer, await update(streamPeer, id, true))
  }
  await using second = await StreamPeer.open(broker.streamUrl)
  for (const [id, partition] of partitions.entries())
    await second.subscribe(partition, { id, properties })
  // The second partition is for the second consumer, which has to wait until the first has stopped.
  const stop = await update(streamPeer, 1, false)
  expect(await arrivals(second)).toEqual([])
  agree(streamPeer, stop)
  agree(second, await update(second, 1, true))
  expect(await arrivals(streamPeer)).toEqual([])
  second.vanish()
  agree(streamPeer, await update(streamPeer, 1, true))
})

test('tolerates no other partition index in its group', async ({ streamPeer }) => {
  const name = unique('index')
  await streamPeer.ok('CreateSuperStream', (to) =>
    to
      .string(name)
      .strings([`${name}-0`])
      .strings(['0'])
      .map({}),
  )
  await streamPeer.subscribe(`${name}-0`, { properties: { ...alone, 'super-stream': name } })
  await update(streamPeer, 1, true)
  expect(await streamPeer.subscribe(`${name}-0`, { id: 2, properties: alone })).toEqual(
    response('Subscribe', 'preconditionFailed'),
  )
})
