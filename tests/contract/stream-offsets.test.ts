import { expect } from 'vitest'

import { since } from './support/contract.ts'
import { channelClose, connectionClose } from './support/expected.ts'
import { fill } from './support/messages.ts'
import { fillChunks, numbered, offsets, readFrom, streamOf } from './support/streams.ts'

const test = since('4.3')

test('every delivery carries its offset', async ({ channel }) => {
  const queue = await streamOf(channel, numbered(3))
  const inbox = await readFrom(channel, queue, 'first')
  await inbox.has(3)
  expect(inbox.bodies()).toEqual(['m0', 'm1', 'm2'])
  expect(offsets(inbox)).toEqual([0, 1, 2])
})

/** Where each of these starts in a stream of ten messages. */
const starts: [start: unknown, first: number][] = [
  ['first', 0],
  [0, 0],
  [4, 4],
  [9, 9],
  [{ '!': 'int64', value: 7 }, 7],
  [-5, 0],
  ['1h', 0],
  ['7D', 0],
  [{ '!': 'timestamp', value: 1_000_000_000 }, 0],
]

test.for(starts)('x-stream-offset %o starts in the past', async ([start, first], { channel }) => {
  const queue = await streamOf(channel, numbered(10))
  const inbox = await readFrom(channel, queue, start)
  await inbox.has(10 - first)
  expect(offsets(inbox)[0]).toBe(first)
})

const future: [string, Record<string, unknown>][] = [
  ['next', { 'x-stream-offset': 'next' }],
  ['no x-stream-offset', {}],
  ['the offset after the last', { 'x-stream-offset': 3 }],
  [
    'a time to come',
    { 'x-stream-offset': { '!': 'timestamp', value: Math.ceil(Date.now() / 1000) + 100 } },
  ],
]

test.for(future)('%s only delivers new messages', async ([, args], { channel }) => {
  const queue = await streamOf(channel, numbered(3))
  await channel.prefetch(10)
  const received: string[] = []
  await channel.consume(queue, (message) => received.push(String(message?.content)), {
    arguments: args,
  })
  const marker = await readFrom(channel, queue, 'next')
  await fill(channel, queue, ['new'])
  await marker.has(1)
  expect(received).toEqual(['new'])
})

test('an offset that is still to come leaves out what precedes it', async ({ channel }) => {
  const queue = await streamOf(channel, ['m0'])
  const inbox = await readFrom(channel, queue, 3)
  await fillChunks(
    channel,
    queue,
    ['a', 'b', 'c', 'd'].map((body) => ({ body })),
  )
  await inbox.has(2)
  expect(inbox.bodies()).toEqual(['c', 'd'])
})

test('last starts with the last chunk: what was published together', async ({ channel }) => {
  const queue = await streamOf(channel, [])
  await fillChunks(
    channel,
    queue,
    numbered(3).map((body) => ({ body })),
  )
  const inbox = await readFrom(channel, queue, 'last')
  await inbox.has(1)
  expect(inbox.bodies()).toEqual(['m2'])
})

test('a timestamp starts with the first chunk that is not older', async ({ channel }) => {
  const queue = await streamOf(channel, ['old'])
  const second = Math.floor(Date.now() / 1000) + 1
  await expect.poll(() => Date.now() >= second * 1000).toBe(true)
  await fill(channel, queue, ['new'])
  const inbox = await readFrom(channel, queue, { '!': 'timestamp', value: second })
  await inbox.has(1)
  expect(inbox.bodies()).toEqual(['new'])
})

test.for(['zz', '5', '', '1x', '0h'])(
  'refuses the offset "%s"',
  async (start, { broker, channel, peer }) => {
    const queue = await streamOf(channel, [])
    await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
    const args = { 'x-stream-offset': start }
    const term = start === '' ? '<<>>' : `<<"${start}">>`
    expect(await peer.call(1, 'BasicConsume', { queue, arguments: args })).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue '${queue}' in vhost '${broker.vhost}': {invalid_stream_offset_arg,{longstr,${term}}}`,
        { by: 'BasicConsume' },
      ),
    )
  },
)

test.for([true, 1.5, null, { a: 1 }, [1]])(
  'fails on the offset %o, which has no meaning',
  async (start, { channel, peer }) => {
    const queue = await streamOf(channel, [])
    await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
    const args = { 'x-stream-offset': start }
    expect(await peer.call(1, 'BasicConsume', { queue, arguments: args })).toEqual(
      connectionClose(541, 'INTERNAL_ERROR'),
    )
  },
)
