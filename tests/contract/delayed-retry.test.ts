import { waitFor } from '@messaging-patterns/testkit'
import type { ConfirmChannel } from 'amqplib'
import { expect } from 'vitest'

import { quorum, since, unique } from './support/contract.ts'
import { drain, fill, hold, publish, take, textOf } from './support/messages.ts'

// x-delayed-retry-* exists since 4.3.
const test = since('4.3')
const aMinute = 60_000

async function retrying(
  channel: ConfirmChannel,
  [type, min, max]: readonly [type: string, min: number, max?: number],
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const queue = unique('retry')
  const retry = { 'x-delayed-retry-type': type, 'x-delayed-retry-min': min }
  const limit = max !== undefined && { 'x-delayed-retry-max': max }
  await channel.assertQueue(queue, quorum({ ...retry, ...limit, ...more }))
  return queue
}

/** Requeues every delivery, and records when each arrived. */
async function requeueEach(
  channel: ConfirmChannel,
  queue: string,
  by: 'nack' | 'reject',
): Promise<readonly number[]> {
  const times: number[] = []
  await channel.consume(queue, (message) => {
    if (message === null) return
    times.push(performance.now())
    if (by === 'nack') channel.nack(message, false, true)
    else channel.reject(message, true)
  })
  return times
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0))
}

test('increases the delay after each reject, up to the maximum', async ({ channel }) => {
  const dead = await channel.assertQueue('', { exclusive: true })
  const queue = await retrying(channel, ['all', 100, 250], {
    'x-delivery-limit': 3,
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': dead.queue,
  })
  await fill(channel, queue, 'a')
  const times = await requeueEach(channel, queue, 'reject')
  const letter = await take(channel, dead.queue)
  expect(letter.properties.headers?.['x-first-death-reason']).toBe('delivery_limit')
  const [first = 0, second = 0, third = 0, ...more] = gaps(times)
  expect(more).toEqual([])
  expect(first).toBeGreaterThan(95)
  expect(second).toBeGreaterThan(195)
  expect(third).toBeGreaterThan(245)
})

test('waits the minimum delay after each nack', async ({ channel }) => {
  const queue = await retrying(channel, ['all', 50, aMinute])
  await fill(channel, queue, 'a')
  const times = await requeueEach(channel, queue, 'nack')
  // If the delay increased, the fourth delivery would arrive 50 + 100 + 150 ms later.
  await waitFor('four deliveries', () => times.length >= 4)
  for (const gap of gaps(times)) expect(gap).toBeGreaterThan(45)
})

test.for([
  ['failed', 'nack'],
  ['returned', 'reject'],
  ['disabled', 'nack'],
  ['disabled', 'reject'],
] as const)('does not wait with %s after a %s', async ([type, by], { channel }) => {
  const queue = await retrying(channel, [type, aMinute], { 'x-delivery-limit': -1 })
  await fill(channel, queue, 'a')
  const times = await requeueEach(channel, queue, by)
  await waitFor('three deliveries', () => times.length >= 3)
})

test.for([
  ['failed', 'reject'],
  ['returned', 'nack'],
] as const)('waits with %s after a %s', async ([type, by], { channel }) => {
  const queue = await retrying(channel, [type, 80])
  await fill(channel, queue, 'a')
  const times = await requeueEach(channel, queue, by)
  await waitFor('two deliveries', () => times.length >= 2)
  expect(gaps(times)[0]).toBeGreaterThan(75)
})

test('delivers the next message while one waits for its retry', async ({ channel }) => {
  const queue = await retrying(channel, ['all', aMinute])
  await fill(channel, queue, 'ab')
  channel.reject(await hold(channel, queue), true)
  expect(textOf(await take(channel, queue))).toBe('b')
  expect(await drain(channel, queue)).toEqual([])
  await publish(channel, { key: queue }, { body: 'c' })
  expect(await drain(channel, queue)).toEqual(['c'])
})

test('counts the delivery after a delayed retry', async ({ channel }) => {
  const queue = await retrying(channel, ['all', 30])
  await fill(channel, queue, 'a')
  channel.reject(await hold(channel, queue), true)
  const again = await take(channel, queue)
  expect(again.fields.redelivered).toBe(true)
  expect(again.properties.headers).toEqual({ 'x-delivery-count': 1, 'x-acquired-count': 1 })
})
