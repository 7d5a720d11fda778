import { expect } from 'vitest'

import { since, unique } from './support/contract.ts'
import { code } from './support/stream-protocol/frames.ts'
import { confirmed, messages, response, streamOf } from './support/stream-protocol/steps.ts'
import type { StreamPeer } from './support/stream-protocol/stream-peer.ts'

const test = since('4.3')

test('confirms what it has stored', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('confirms'))
  const entries = [
    { id: 7, body: 'a' },
    { id: 9, body: 'b' },
  ]
  expect(await confirmed(streamPeer, entries)).toEqual([7, 9])
  await streamPeer.subscribe(stream)
  expect(await messages(streamPeer, 2)).toEqual(['a', 'b'])
})

test('stores a message twice if the publisher has no name', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('twice'))
  const twice = [
    { id: 1, body: 'a' },
    { id: 1, body: 'a' },
  ]
  await confirmed(streamPeer, twice)
  await streamPeer.subscribe(stream)
  expect(await messages(streamPeer, 2)).toEqual(['a', 'a'])
})

test('confirms duplicates of a publisher with a name, and stores them once', async ({
  streamPeer,
}) => {
  const stream = unique('once')
  await streamPeer.create(stream)
  await streamPeer.declarePublisher(1, stream, 'me')
  const sent = [1, 2, 2, 1, 4].map((id) => ({ id, body: `m${id}` }))
  await confirmed(streamPeer, sent)
  await streamPeer.subscribe(stream)
  expect(await messages(streamPeer, 3)).toEqual(['m1', 'm2', 'm4'])
  expect(await sequence(streamPeer, 'me', stream)).toEqual(
    response('QueryPublisherSequence', 'ok', { sequence: 4 }),
  )
})

test('says how long the tracking of publishers is, which it does not deliver', async ({
  streamPeer,
}) => {
  const stream = unique('trailer')
  await streamPeer.create(stream)
  for (const [id, name] of ['', 'some name', 'Ünicode'].entries())
    await streamPeer.declarePublisher(id, stream, name)
  for (const id of [0, 1, 2]) {
    streamPeer.publish(id, [{ id: 1, body: 'a' }])
    await streamPeer.next()
  }
  await streamPeer.subscribe(stream)
  for (const trailerLength of [0, 19, 18])
    expect((await streamPeer.delivery()).chunk).toMatchObject({ trailerLength, rest: 0 })
})

test('knows the last id of a publisher that has left', async ({ streamPeer }) => {
  const stream = unique('left')
  await streamPeer.create(stream)
  await streamPeer.declarePublisher(1, stream, 'me')
  await confirmed(streamPeer, [{ id: 10, body: 'first' }])
  await streamPeer.ok('DeletePublisher', (to) => to.uint8(1))
  await streamPeer.declarePublisher(1, stream, 'me')
  await confirmed(streamPeer, [
    { id: 10, body: 'again' },
    { id: 11, body: 'next' },
  ])
  await streamPeer.subscribe(stream)
  expect(await messages(streamPeer, 2)).toEqual(['first', 'next'])
})

test('knows no last id of other publishers', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('unknown'), ['a'])
  expect(await sequence(streamPeer, 'me', stream)).toEqual(
    response('QueryPublisherSequence', 'ok', { sequence: 0 }),
  )
  expect(await sequence(streamPeer, 'me', 'nowhere')).toEqual(
    response('QueryPublisherSequence', 'streamDoesNotExist', { sequence: 0 }),
  )
})

test('refuses a publisher whose id or name is taken', async ({ streamPeer }) => {
  const stream = unique('taken')
  await streamPeer.create(stream)
  const declared = (codeName: keyof typeof code): object => response('DeclarePublisher', codeName)
  expect(await streamPeer.declarePublisher(1, stream, 'me')).toEqual(declared('ok'))
  expect(await streamPeer.declarePublisher(1, stream)).toEqual(declared('preconditionFailed'))
  expect(await streamPeer.declarePublisher(2, stream, 'me')).toEqual(declared('preconditionFailed'))
  expect(await streamPeer.declarePublisher(2, 'nowhere', 'me')).toEqual(
    declared('streamDoesNotExist'),
  )
  const [long, longest] = ['x'.repeat(256), 'x'.repeat(255)]
  expect(await streamPeer.declarePublisher(2, stream, long)).toEqual(declared('preconditionFailed'))
  expect(await streamPeer.declarePublisher(2, stream, longest)).toEqual(declared('ok'))
})

test('says which messages of an unknown publisher it did not store', async ({ streamPeer }) => {
  streamPeer.publish(5, [
    { id: 1, body: 'a' },
    { id: 2, body: 'b' },
  ])
  expect(await streamPeer.next()).toEqual({
    name: 'PublishError',
    publisherId: 5,
    errors: [1, 2].map((id) => ({ id, code: code.publisherDoesNotExist })),
  })
})

test('forgets a deleted publisher', async ({ streamPeer }) => {
  await streamOf(streamPeer, unique('deleted'))
  const remove = () => streamPeer.call('DeletePublisher', (to) => to.uint8(1))
  expect(await remove()).toEqual(response('DeletePublisher', 'ok'))
  expect(await remove()).toEqual(response('DeletePublisher', 'publisherDoesNotExist'))
})

test('delivers a batch as it was published', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('batch'))
  const data = Buffer.from('not really compressed')
  publishBatches(streamPeer, [{ id: 1, compression: 2, records: 3, uncompressed: 100, data }])
  expect(await streamPeer.next()).toEqual({ name: 'PublishConfirm', publisherId: 1, ids: [1] })
  await confirmed(streamPeer, [{ id: 2, body: 'after' }])
  await streamPeer.subscribe(stream)
  const batch = { offset: 0, records: 3, compression: 2, uncompressedLength: 100, data }
  expect((await streamPeer.delivery()).chunk).toMatchObject({ records: 3, entries: [batch] })
  expect((await streamPeer.delivery()).chunk).toMatchObject({ firstOffset: 3 })
})

test('refuses an impossible batch, and what comes after it', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('impossible'))
  const data = Buffer.from('data')
  const good = { compression: 0, records: 2, uncompressed: 8, data }
  for (const bad of [
    { ...good, records: 0 },
    { ...good, uncompressed: 7 },
    { ...good, compression: 5 },
    { ...good, compression: 1, data: Buffer.alloc(0) },
    { ...good, uncompressed: 67_108_865 },
  ]) {
    publishBatches(streamPeer, [
      { id: 1, ...good },
      { id: 2, ...bad },
      { id: 3, ...good },
    ])
    const answers = [await streamPeer.next(), await streamPeer.next()]
    expect(answers).toContainEqual({ name: 'PublishConfirm', publisherId: 1, ids: [1] })
    expect(answers).toContainEqual({
      name: 'PublishError',
      publisherId: 1,
      errors: [2, 3].map((id) => ({ id, code: code.preconditionFailed })),
    })
  }
  await streamPeer.subscribe(stream)
  expect((await streamPeer.delivery()).chunk).toMatchObject({ records: 2 })
})

test('stores a message of the largest frame, and ids of 64 bits', async ({ streamPeer }) => {
  const stream = unique('large')
  await streamPeer.create(stream)
  await streamPeer.declarePublisher(1, stream, 'me')
  const body = Buffer.alloc(1_048_576 - 21, 'x')
  await confirmed(streamPeer, [{ id: 2n ** 63n, body }])
  await confirmed(streamPeer, [{ id: 2n ** 63n - 1n, body: 'a duplicate' }])
  await streamPeer.subscribe(stream, { credit: 2 })
  const [entry, ...others] = (await streamPeer.delivery()).chunk.entries
  expect(others).toEqual([])
  expect(entry).toMatchObject({ offset: 0 })
  // Compared byte by byte, as toEqual would, a megabyte takes seconds.
  expect(entry !== undefined && 'message' in entry && body.equals(entry.message)).toBe(true)
})

function sequence(peer: StreamPeer, reference: string, stream: string) {
  return peer.call('QueryPublisherSequence', (to) => to.string(reference).string(stream))
}

interface Batch {
  readonly id: number
  readonly compression: number
  readonly records: number
  readonly uncompressed: number
  readonly data: Buffer
}

function publishBatches(peer: StreamPeer, batches: readonly Batch[]): void {
  peer.send('Publish', (to) => {
    to.uint8(1).uint32(batches.length)
    for (const { id, compression, records, uncompressed, data } of batches)
      to.uint64(id)
        .uint8(0x80 | (compression << 4))
        .uint16(records)
        .uint32(uncompressed)
        .binary(data)
    return to
  })
}
