import { expect } from 'vitest'

import { since } from './support/contract.ts'
import { connectionClose } from './support/expected.ts'
import { fillChunks, readFrom, readWith, streamOf } from './support/streams.ts'

const test = since('4.3')

function withValue(body: string, value?: unknown) {
  return { body, ...(value !== undefined && { headers: { 'x-stream-filter-value': value } }) }
}

/** Each message is in a chunk of its own; the last one is for every filter. */
const messages = [
  withValue('apple 1', 'apples'),
  withValue('pear 1', 'pears'),
  withValue('plain 1'),
  withValue('apple 2', 'apples'),
  withValue('empty', ''),
]

const cases: [Record<string, unknown>, string[]][] = [
  [{ 'x-stream-filter': 'apples' }, ['apple 1', 'apple 2']],
  [{ 'x-stream-filter': ['pears', 'apples'] }, ['apple 1', 'pear 1', 'apple 2']],
  [
    { 'x-stream-filter': 'pears', 'x-stream-match-unfiltered': true },
    ['pear 1', 'plain 1', 'empty'],
  ],
  [{ 'x-stream-filter': 'pears', 'x-stream-match-unfiltered': 'true' }, ['pear 1']],
  [{ 'x-stream-filter': 5 }, ['apple 1', 'pear 1', 'plain 1', 'apple 2', 'empty']],
  [{ 'x-stream-match-unfiltered': true }, ['apple 1', 'pear 1', 'plain 1', 'apple 2', 'empty']],
]

test.for(cases)('%o delivers the chunks that may match', async ([args, expected], { channel }) => {
  const queue = await streamOf(channel, [])
  await fillChunks(channel, queue, messages)
  const inbox = await readWith(channel, queue, { 'x-stream-offset': 'first', ...args })
  const marker = await readFrom(channel, queue, 'first')
  await inbox.has(expected.length)
  await marker.has(messages.length)
  expect(inbox.bodies()).toEqual(expected)
})

test('a message keeps its filter value', async ({ channel }) => {
  const queue = await streamOf(channel, [])
  await fillChunks(channel, queue, [withValue('m', 'apples')])
  const inbox = await readFrom(channel, queue, 'first')
  const [message] = await inbox.has(1)
  expect(message?.properties.headers).toEqual({
    'x-stream-filter-value': 'apples',
    'x-stream-offset': 0,
  })
})

test.for([5, Buffer.from([255, 254]), 'v'.repeat(5000)])(
  'fails on a filter value that is not a text: %#',
  async (value, { channel, peer }) => {
    const queue = await streamOf(channel, [])
    await peer.ok(1, 'ConfirmSelect')
    const properties = { headers: { 'x-stream-filter-value': value } }
    peer.publish(1, { routingKey: queue, properties })
    expect(await peer.next()).toEqual(connectionClose(541, 'INTERNAL_ERROR'))
  },
)

test('fails on a filter without values', async ({ channel, peer }) => {
  const queue = await streamOf(channel, [])
  await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
  const args = { 'x-stream-filter': [] }
  expect(await peer.call(1, 'BasicConsume', { queue, arguments: args })).toEqual(
    connectionClose(541, 'INTERNAL_ERROR'),
  )
})
