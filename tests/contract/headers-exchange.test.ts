import type { ConfirmChannel } from 'amqplib'
import { expect } from 'vitest'

import { test, unique } from './support/contract.ts'
import type { Fields } from './support/codec.ts'
import { channelClose } from './support/expected.ts'
import { drain, publish } from './support/messages.ts'

interface Match {
  readonly what: string
  readonly binding: Fields
  readonly matches: readonly Fields[]
  readonly misses: readonly Fields[]
}

const matches: Match[] = [
  {
    what: 'all of the headers by default',
    binding: { a: 1, b: 'x' },
    matches: [
      { a: 1, b: 'x' },
      { a: 1, b: 'x', c: 2 },
    ],
    misses: [{ a: 1 }, { a: 2, b: 'x' }, {}],
  },
  {
    what: 'all of the headers by x-match all',
    binding: { 'x-match': 'all', a: 1, b: 2 },
    matches: [{ a: 1, b: 2 }],
    misses: [{ a: 1 }, { b: 2 }],
  },
  {
    what: 'any of the headers by x-match any',
    binding: { 'x-match': 'any', a: 1, b: 2 },
    matches: [{ a: 1 }, { b: 2 }, { a: 1, b: 3 }],
    misses: [{ a: 2, b: 1 }, {}, { c: 1 }],
  },
  {
    what: 'headers that begin with x- under all-with-x alone',
    binding: { 'x-match': 'all-with-x', 'x-a': 1, b: 2 },
    matches: [{ 'x-a': 1, b: 2 }],
    misses: [{ b: 2 }, { 'x-a': 2, b: 2 }],
  },
  {
    what: 'headers that begin with x- under any-with-x',
    binding: { 'x-match': 'any-with-x', 'x-a': 1, b: 2 },
    matches: [{ 'x-a': 1 }, { b: 2 }],
    misses: [{ 'x-a': 2 }],
  },
  {
    what: 'without a look at x- headers under all',
    binding: { 'x-match': 'all', 'x-a': 1, b: 2 },
    matches: [{ b: 2 }, { 'x-a': 9, b: 2 }],
    misses: [{ 'x-a': 1 }],
  },
  {
    what: 'without a look at x- headers under any',
    binding: { 'x-match': 'any', 'x-a': 1, b: 2 },
    matches: [{ b: 2 }],
    misses: [{ 'x-a': 1 }],
  },
  {
    what: 'everything by all of no headers',
    binding: { 'x-match': 'all' },
    matches: [{ a: 1 }, {}],
    misses: [],
  },
  {
    what: 'everything by no arguments',
    binding: {},
    matches: [{ a: 1 }, {}],
    misses: [],
  },
  {
    what: 'nothing by any of no headers',
    binding: { 'x-match': 'any' },
    matches: [],
    misses: [{ a: 1 }, {}],
  },
  {
    what: 'the presence of a header by a void value',
    binding: { 'x-match': 'all', a: null },
    matches: [{ a: 1 }, { a: 'x' }, { a: null }],
    misses: [{ b: 1 }, {}],
  },
  {
    what: 'nested tables and arrays by their content',
    binding: { 'x-match': 'all', t: { a: [1, 'x', { deep: true }] } },
    matches: [{ t: { a: [1, 'x', { deep: true }] } }],
    misses: [{ t: { a: [1, 'x'] } }, { t: {} }],
  },
  {
    what: 'a value by its type as well',
    binding: { 'x-match': 'all', a: '1' },
    matches: [{ a: '1' }],
    misses: [{ a: 1 }, { a: true }],
  },
  {
    what: 'an integer whatever its width',
    binding: { 'x-match': 'all', a: { '!': 'int64', value: 5 } },
    matches: [{ a: { '!': 'int8', value: 5 } }, { a: { '!': 'int32', value: 5 } }],
    misses: [{ a: { '!': 'int32', value: 6 } }],
  },
  {
    what: 'booleans',
    binding: { 'x-match': 'all', a: true },
    matches: [{ a: true }],
    misses: [{ a: false }, { a: 'true' }],
  },
]

async function bound(
  channel: ConfirmChannel,
  binding: Fields,
): Promise<{ exchange: string; queue: string }> {
  const exchange = unique('headers')
  await channel.assertExchange(exchange, 'headers')
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, exchange, 'ignored', binding)
  return { exchange, queue }
}

test.for(matches)('matches $what', async ({ binding, matches: hits, misses }, { channel }) => {
  const { exchange, queue } = await bound(channel, binding)
  for (const headers of [...hits, ...misses])
    await publish(channel, { exchange, key: 'any' }, { headers, body: JSON.stringify(headers) })
  expect(await drain(channel, queue)).toEqual(hits.map((headers) => JSON.stringify(headers)))
})

test('matches a message without headers like one with an empty table', async ({ peer }) => {
  await peer.ok(1, 'QueueDeclare', { queue: 'headless', exclusive: true })
  await peer.ok(1, 'QueueBind', { queue: 'headless', exchange: 'amq.headers' })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { exchange: 'amq.headers', body: 'x' })
  await peer.next()
  expect(await peer.call(1, 'BasicGet', { queue: 'headless' })).toMatchObject({
    name: 'BasicGetOk',
  })
})

test.for([
  ['zz', 'value <<"zz">>; expected all, any, all-with-x, or any-with-x'],
  [5, 'type byte (value 5); expected longstr'],
] as const)('refuses x-match %s with 406', async ([value, text], { peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  const bind = { queue, exchange: 'amq.headers', arguments: { 'x-match': value } }
  expect(await peer.call(1, 'QueueBind', bind)).toEqual(
    channelClose(406, `PRECONDITION_FAILED - Invalid x-match field ${text}`, { by: 'QueueBind' }),
  )
})
