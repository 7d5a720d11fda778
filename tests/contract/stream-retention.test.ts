import { waitFor } from '@messaging-patterns/testkit'
import type { ConfirmChannel } from 'amqplib'
import { expect } from 'vitest'

import { since } from './support/contract.ts'
import { fillChunks, numbered, offsetOf, readFrom, streamOf } from './support/streams.ts'

const test = since('4.3')
const body = 'x'.repeat(400)

/** Reads until the marker, which is the last message. */
async function readAll(channel: ConfirmChannel, queue: string): Promise<unknown[]> {
  await fillChunks(channel, queue, [{ body: 'marker' }])
  const inbox = await readFrom(channel, queue, 'first')
  const isComplete = () => inbox.messages.at(-1)?.content.toString() === 'marker'
  await waitFor('the marker', isComplete, { interval: 4 })
  return inbox.messages.slice(0, -1).map(offsetOf)
}

test('a stream without limits keeps everything', async ({ channel }) => {
  const queue = await streamOf(channel, [], { 'x-stream-max-segment-size-bytes': 1000 })
  await fillChunks(
    channel,
    queue,
    numbered(30).map(() => ({ body })),
  )
  expect(await readAll(channel, queue)).toHaveLength(30)
})

test('x-max-length-bytes removes whole segments from the oldest', async ({ channel }) => {
  const queue = await streamOf(channel, [], {
    'x-stream-max-segment-size-bytes': 2000,
    'x-max-length-bytes': 5000,
  })
  await fillChunks(
    channel,
    queue,
    numbered(100).map(() => ({ body })),
  )
  await waitFor('the retention', async () => (await readAll(channel, queue)).length < 20)
  // Two or three segments of four messages are left; reading publishes a few more.
  const left = await readAll(channel, queue)
  expect(left.length).toBeGreaterThan(3)
  expect(left[0]).toBeGreaterThan(80)
})

test('x-max-age removes segments whose messages are too old', async ({ channel }) => {
  const queue = await streamOf(channel, [], {
    'x-stream-max-segment-size-bytes': 2000,
    'x-max-age': '1s',
  })
  await fillChunks(
    channel,
    queue,
    numbered(20).map(() => ({ body })),
  )
  expect((await readAll(channel, queue)).length).toBeGreaterThan(15)
  const later = Date.now() + 1100
  await waitFor('a second to pass', () => Date.now() > later)
  // Only a new segment makes the broker look.
  await fillChunks(
    channel,
    queue,
    numbered(8).map(() => ({ body })),
  )
  await waitFor('the retention', async () => {
    const [oldest] = await readAll(channel, queue)
    return Number(oldest) > 15
  })
})

test('a full segment takes an offset more than its messages', async ({ channel }) => {
  const queue = await streamOf(channel, [], { 'x-stream-max-segment-size-bytes': 1000 })
  await fillChunks(
    channel,
    queue,
    numbered(6).map(() => ({ body })),
  )
  expect(await readAll(channel, queue)).toEqual([0, 1, 3, 4, 6, 7])
})

test('an offset that was removed starts with the oldest message', async ({ channel }) => {
  const queue = await streamOf(channel, [], {
    'x-stream-max-segment-size-bytes': 1000,
    'x-max-length-bytes': 2000,
  })
  await fillChunks(
    channel,
    queue,
    numbered(40).map(() => ({ body })),
  )
  await waitFor('the retention', async () => Number((await readAll(channel, queue))[0]) > 20)
  const inbox = await readFrom(channel, queue, 3)
  const [message] = await inbox.has(1)
  expect(message && offsetOf(message)).toBeGreaterThan(20)
})
