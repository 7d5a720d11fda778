import { expect } from 'vitest'

import { waitFor } from '@messaging-patterns/testkit'

import { since, unique } from './support/contract.ts'
import { confirmed, response, streamOf } from './support/stream-protocol/steps.ts'
import { writeOffset, type Offset, type StreamPeer } from './support/stream-protocol/stream-peer.ts'

const test = since('4.3')

test('stores an offset for each name', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('stored'), ['a', 'b'])
  expect(await streamPeer.queryOffset('me', stream)).toEqual(
    response('QueryOffset', 'noOffset', { offset: 0 }),
  )
  streamPeer.storeOffset('me', stream, 1)
  streamPeer.storeOffset('other', stream, 0)
  await stored(streamPeer, stream, { name: 'me', offset: 1 })
  await stored(streamPeer, stream, { name: 'other', offset: 0 })
})

test('stores an offset that is smaller than the last one', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('smaller'), ['a', 'b'])
  streamPeer.storeOffset('me', stream, 1)
  await stored(streamPeer, stream, { name: 'me', offset: 1 })
  streamPeer.storeOffset('me', stream, 0)
  await stored(streamPeer, stream, { name: 'me', offset: 0 })
})

test('has no offsets for streams that do not exist', async ({ streamPeer }) => {
  streamPeer.storeOffset('me', 'nowhere', 1)
  expect(await streamPeer.queryOffset('me', 'nowhere')).toEqual(
    response('QueryOffset', 'streamDoesNotExist', { offset: 0 }),
  )
})

test('stores no offset for a name that is too long', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('long'), ['a'])
  const name = 'x'.repeat(256)
  streamPeer.storeOffset(name, stream, 1)
  streamPeer.storeOffset('me', stream, 1)
  await stored(streamPeer, stream, { name: 'me', offset: 1 })
  expect(await streamPeer.queryOffset(name, stream)).toMatchObject({ code: 19 })
})

test('uses an offset of the log for what it stores', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('gap'), ['a'])
  streamPeer.storeOffset('me', stream, 0)
  await stored(streamPeer, stream, { name: 'me', offset: 0 })
  await confirmed(streamPeer, [{ id: 5, body: 'b' }])
  await streamPeer.subscribe(stream)
  expect((await streamPeer.delivery()).chunk.firstOffset).toBe(0)
  expect((await streamPeer.delivery()).chunk.firstOffset).toBe(2)
})

test('resolves where a reader would start', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('resolve'))
  expect(await resolve(streamPeer, stream, 'first')).toEqual(resolved(0))
  expect(await resolve(streamPeer, stream, 'last')).toEqual(resolved(0))
  expect(await resolve(streamPeer, stream, 'next')).toEqual(resolved(0))
  await confirmed(streamPeer, [{ id: 1, body: 'a' }])
  const two = [2, 3].map((id) => ({ id, body: 'b' }))
  await confirmed(streamPeer, two)
  const future = { timestamp: 4_000_000_000_000 }
  const cases: [Offset, number][] = [
    ['first', 0],
    ['last', 1],
    ['next', 3],
    [{ offset: 1 }, 1],
    [{ offset: 2 }, 1],
    [{ offset: 100 }, 3],
    [{ timestamp: 0 }, 0],
    [future, 3],
  ]
  for (const [from, offset] of cases)
    expect(await resolve(streamPeer, stream, from)).toEqual(resolved(offset))
  expect(await resolve(streamPeer, 'nowhere', 'first')).toEqual(
    response('ResolveOffsetSpec', 'streamDoesNotExist', { offsetType: 4, offset: 0 }),
  )
})

interface Stored {
  readonly name: string
  readonly offset: number
}

/** Storing is not confirmed. */
async function stored(peer: StreamPeer, stream: string, { name, offset }: Stored): Promise<void> {
  await waitFor(`the offset ${offset} of ${name}`, async () => {
    const answer = await peer.queryOffset(name, stream)
    return answer['code'] === 1 && answer['offset'] === offset
  })
}

function resolve(peer: StreamPeer, stream: string, from: Offset) {
  return peer.call('ResolveOffsetSpec', (to) => writeOffset(to.string(stream), from))
}

function resolved(offset: number): object {
  return response('ResolveOffsetSpec', 'ok', { offsetType: 4, offset })
}
