import { expect } from 'vitest'

import { since, test, unique } from './support/contract.ts'
import { channelClose, method } from './support/expected.ts'
import { drain, publish } from './support/messages.ts'

const patterns: [pattern: string, matches: string[], misses: string[]][] = [
  ['#', ['', 'a', 'a.b', 'a.b.c', '..'], []],
  ['*', ['a'], ['', 'a.b']],
  ['', [''], ['a', '.']],
  ['a.*', ['a.b', 'a.'], ['a', 'a.b.c', 'b.a']],
  ['*.b', ['a.b', '.b'], ['b', 'a.a.b']],
  ['a.#', ['a', 'a.b', 'a.b.c', 'a.'], ['b', 'ab']],
  ['#.c', ['c', 'b.c', 'a.b.c'], ['c.b', '']],
  ['a.#.c', ['a.c', 'a.b.c', 'a.b.b.c'], ['a', 'c', 'a.c.b']],
  ['a.*.c.#', ['a.b.c', 'a.b.c.d', 'a.b.c.d.e'], ['a.c', 'a.b', 'a.b.d']],
  ['#.b.#', ['b', 'a.b', 'b.c', 'a.b.c', 'a.a.b.c.c'], ['a', 'a.c', '']],
  ['*.#', ['a', 'a.b', '.'], ['']],
  ['#.*', ['a', 'a.b'], ['']],
  ['*.*', ['a.b', '.', 'a.'], ['a', 'a.b.c']],
  ['a..b', ['a..b'], ['a.b', 'a.c.b']],
  ['a.*.b', ['a..b', 'a.c.b'], ['a.b']],
  ['a#', ['a#'], ['a', 'ab', 'a.b']],
  ['*a', ['*a'], ['a', 'ba']],
  ['A.b', ['A.b'], ['a.b']],
]

test.for(patterns)(
  'matches "%s" like RabbitMQ',
  async ([pattern, matches, misses], { channel }) => {
    const exchange = unique('topic')
    await channel.assertExchange(exchange, 'topic')
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(queue, exchange, pattern)
    for (const key of [...matches, ...misses])
      await publish(channel, { exchange, key }, { body: `<${key}>` })
    expect(await drain(channel, queue)).toEqual(matches.map((key) => `<${key}>`))
  },
)

const lesson: [key: string, queues: string[]][] = [
  ['quick.orange.rabbit', ['Q1', 'Q2']],
  ['lazy.orange.elephant', ['Q1', 'Q2']],
  ['quick.orange.fox', ['Q1']],
  ['lazy.brown.fox', ['Q2']],
  ['lazy.pink.rabbit', ['Q2']],
  ['quick.brown.fox', []],
  ['orange', []],
  ['quick.orange.new.rabbit', []],
  ['lazy.orange.new.rabbit', ['Q2']],
]

test('routes the nine keys of the official tutorial as it says', async ({ channel }) => {
  const exchange = unique('animals')
  await channel.assertExchange(exchange, 'topic')
  for (const queue of ['Q1', 'Q2']) await channel.assertQueue(queue, { exclusive: true })
  await channel.bindQueue('Q1', exchange, '*.orange.*')
  await channel.bindQueue('Q2', exchange, '*.*.rabbit')
  await channel.bindQueue('Q2', exchange, 'lazy.#')
  for (const [key] of lesson) await publish(channel, { exchange, key }, { body: key })
  for (const queue of ['Q1', 'Q2'])
    expect(await drain(channel, queue)).toEqual(
      lesson.filter(([, queues]) => queues.includes(queue)).map(([key]) => key),
    )
})

test('keeps the other bindings when one with a wildcard is removed', async ({ channel }) => {
  const exchange = unique('topic')
  await channel.assertExchange(exchange, 'topic')
  const { queue } = await channel.assertQueue('', { exclusive: true })
  for (const key of ['a.*', 'a.#', 'a.b']) await channel.bindQueue(queue, exchange, key)
  await channel.unbindQueue(queue, exchange, 'a.#')
  for (const key of ['a', 'a.b', 'a.c', 'a.b.c'])
    await publish(channel, { exchange, key }, { body: key })
  expect(await drain(channel, queue)).toEqual(['a.b', 'a.c'])
})

since('4.3')('refuses three # in one binding key with 406', async ({ peer }) => {
  await peer.ok(1, 'QueueDeclare', { queue: 'hashes', exclusive: true })
  const bind = { queue: 'hashes', exchange: 'amq.topic' }
  expect(await peer.call(1, 'QueueBind', { ...bind, routingKey: '#.a.#' })).toEqual(
    method('QueueBindOk'),
  )
  expect(await peer.call(1, 'QueueBind', { ...bind, routingKey: '#.a.#.b.#' })).toEqual(
    channelClose(
      406,
      "PRECONDITION_FAILED - Topic binding key '#.a.#.b.#' uses 3 '#' wildcards, at most 2 are allowed",
      { by: 'QueueBind' },
    ),
  )
})
