import { expect } from 'vitest'

import { since, stream as streamArguments, unique } from './support/contract.ts'
import { code } from './support/stream-protocol/frames.ts'
import { response, streamOf } from './support/stream-protocol/steps.ts'
import { StreamPeer } from './support/stream-protocol/stream-peer.ts'

const test = since('4.3')

const created = (codeName: keyof typeof code) => response('Create', codeName)

test('creates a stream once', async ({ streamPeer }) => {
  const name = unique('create')
  expect(await streamPeer.create(name)).toEqual(created('ok'))
  expect(await streamPeer.create(name)).toEqual(created('streamAlreadyExists'))
  expect(await streamPeer.create(name, { 'max-age': '1h' })).toEqual(created('preconditionFailed'))
})

test('creates what AMQP 0-9-1 declares', async ({ streamPeer, channel }) => {
  const name = unique('same')
  const args = {
    'max-length-bytes': '1000000',
    'max-age': '2h',
    'stream-max-segment-size-bytes': '5000',
    'stream-filter-size-bytes': '32',
    'initial-cluster-size': '1',
    'queue-leader-locator': 'client-local',
    unknown: 'ignored',
  }
  expect(await streamPeer.create(name, args)).toEqual(created('ok'))
  const same = {
    'x-max-length-bytes': 1_000_000,
    'x-max-age': '2h',
    'x-stream-max-segment-size-bytes': 5000,
    'x-stream-filter-size-bytes': 32,
    'x-initial-cluster-size': 1,
    'x-queue-leader-locator': 'client-local',
  }
  await channel.assertQueue(name, { durable: true, ...streamArguments(same) })
})

test('refuses names and arguments', async ({ streamPeer }) => {
  const refused = created('preconditionFailed')
  expect(await streamPeer.create('')).toEqual(refused)
  expect(await streamPeer.create('amq.mine')).toEqual(refused)
  for (const args of [
    { 'queue-leader-locator': 'somewhere' },
    { 'stream-filter-size-bytes': '15' },
    { 'stream-filter-size-bytes': '256' },
    { 'initial-cluster-size': '0' },
  ] as Record<string, string>[])
    expect(await streamPeer.create(unique('refused'), args), JSON.stringify(args)).toEqual(refused)
})

test('refuses to create or use what is another queue', async ({ streamPeer, channel }) => {
  const { queue } = await channel.assertQueue(unique('classic'), { durable: true })
  expect(await streamPeer.create(queue)).toEqual(created('preconditionFailed'))
  expect(await streamPeer.delete(queue)).toEqual(response('Delete', 'streamDoesNotExist'))
  expect(await streamPeer.subscribe(queue)).toEqual(response('Subscribe', 'streamDoesNotExist'))
})

test('deletes a stream, and tells those who use it', async ({ broker, streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('delete'), ['a'])
  await using reader = await StreamPeer.open(broker.streamUrl)
  await reader.subscribe(stream, { from: 'next' })
  const gone = { name: 'MetadataUpdate', code: code.streamNotAvailable, stream }
  expect(await streamPeer.delete(stream)).toEqual(response('Delete', 'ok'))
  expect(await streamPeer.next()).toEqual(gone)
  expect(await reader.next()).toEqual(gone)
  expect(await streamPeer.delete(stream)).toEqual(response('Delete', 'streamDoesNotExist'))
  streamPeer.publish(1, [{ id: 1, body: 'late' }])
  expect(await streamPeer.next()).toMatchObject({ name: 'PublishError', publisherId: 1 })
  reader.credit(1, 1)
  expect(await reader.next()).toMatchObject({ name: 'Credit', code: 4 })
})

test('tells those who use a stream that AMQP 0-9-1 deletes', async ({ streamPeer, channel }) => {
  const stream = await streamOf(streamPeer, unique('delete'))
  await channel.deleteQueue(stream)
  const gone = { name: 'MetadataUpdate', code: code.streamNotAvailable, stream }
  expect(await streamPeer.next()).toEqual(gone)
})

test('tells nothing to those who no longer use it', async ({ broker, streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('unused'))
  await using other = await StreamPeer.open(broker.streamUrl)
  await other.declarePublisher(1, stream)
  await other.ok('DeletePublisher', (to) => to.uint8(1))
  await streamPeer.delete(stream)
  expect(await other.queryOffset('me', stream)).toMatchObject({ name: 'QueryOffset', code: 2 })
})

test('says where streams are', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('where'))
  const metadata = (...streams: string[]) =>
    streamPeer.call('Metadata', (to) => to.strings(streams))
  const answer = await metadata(stream, 'nowhere')
  const { brokers, streams } = answer as unknown as { brokers: object[]; streams: object[] }
  expect(brokers).toEqual([{ reference: 0, host: expect.any(String), port: expect.any(Number) }])
  expect(streams).toHaveLength(2)
  expect(streams).toContainEqual({ stream, code: code.ok, leader: 0, replicas: [] })
  const unknown = { code: code.streamDoesNotExist, leader: 0xffff, replicas: [] }
  expect(streams).toContainEqual({ stream: 'nowhere', ...unknown })
  expect(await metadata('nowhere')).toMatchObject({ brokers: [] })
})

test('has statistics of a stream', async ({ streamPeer }) => {
  const stream = await streamOf(streamPeer, unique('stats'))
  const stats = () => streamPeer.call('StreamStats', (to) => to.string(stream))
  const none = 2 ** 64
  const empty = {
    committed_chunk_id: none,
    committed_offset: none,
    first_chunk_id: none,
    last_chunk_id: none,
  }
  expect(await stats()).toEqual(response('StreamStats', 'ok', { stats: empty }))
  for (const ids of [[1], [2, 3]]) {
    streamPeer.publish(
      1,
      ids.map((id) => ({ id, body: 'x' })),
    )
    await streamPeer.next()
  }
  const filled = { committed_chunk_id: 1, committed_offset: 2, first_chunk_id: 0, last_chunk_id: 1 }
  expect(await stats()).toEqual(response('StreamStats', 'ok', { stats: filled }))
  expect(await streamPeer.call('StreamStats', (to) => to.string('nowhere'))).toEqual(
    response('StreamStats', 'streamDoesNotExist', { stats: {} }),
  )
})
