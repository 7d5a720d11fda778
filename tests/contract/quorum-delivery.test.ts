import { waitFor } from '@messaging-patterns/testkit'
import type { ConfirmChannel, GetMessage } from 'amqplib'
import { expect } from 'vitest'

import { quorum, since, test, unique } from './support/contract.ts'
import { consume, drain, fill, hold, publish, take, textOf } from './support/messages.ts'
import { Peer } from './support/peer.ts'

type Giveback = (channel: ConfirmChannel, message: GetMessage) => void

const byReject: Giveback = (channel, message) => channel.reject(message, true)
const byNack: Giveback = (channel, message) => channel.nack(message, false, true)

/** A quorum queue that dead-letters to another queue. */
async function pair(
  channel: ConfirmChannel,
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ queue: string; dead: string }> {
  const { queue: dead } = await channel.assertQueue('', { exclusive: true })
  const queue = unique('quorum')
  const letters = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead }
  await channel.assertQueue(queue, quorum({ ...letters, ...more }))
  return { queue, dead }
}

function deliveryCount(message: GetMessage): unknown {
  return message.properties.headers?.['x-delivery-count']
}

since('4.0')('sends no delivery count with the first delivery', async ({ channel }) => {
  const { queue } = await pair(channel)
  await fill(channel, queue, 'a')
  const first = await hold(channel, queue)
  expect(first.properties.headers).toEqual({})
  expect(first.fields.redelivered).toBe(false)
})

since('4.0')('counts a reject as a delivery', async ({ channel }) => {
  const { queue } = await pair(channel)
  await fill(channel, queue, 'a')
  const seen: unknown[] = []
  for (let count = 0; count < 3; count++) {
    const message = await hold(channel, queue)
    seen.push([deliveryCount(message), message.fields.redelivered])
    byReject(channel, message)
  }
  expect(seen).toEqual([
    [undefined, false],
    [1, true],
    [2, true],
  ])
})

since('4.3')('counts a nack as an acquisition, but not as a delivery', async ({ channel }) => {
  const { queue } = await pair(channel)
  await fill(channel, queue, 'a')
  const seen: unknown[] = []
  for (const giveBack of [byNack, byNack, byReject, byNack]) {
    const message = await hold(channel, queue)
    seen.push([message.properties.headers, message.fields.redelivered])
    giveBack(channel, message)
  }
  expect(seen).toEqual([
    [{}, false],
    [{ 'x-acquired-count': 1 }, true],
    [{ 'x-acquired-count': 2 }, true],
    [{ 'x-acquired-count': 3, 'x-delivery-count': 1 }, true],
  ])
})

test('dead-letters a message above the limit of rejects', async ({ channel }) => {
  const { queue, dead } = await pair(channel, { 'x-delivery-limit': 2 })
  await fill(channel, queue, 'a')
  for (let count = 0; count < 3; count++) byReject(channel, await hold(channel, queue))
  const letter = await take(channel, dead)
  expect(letter.properties.headers).toMatchObject({
    'x-first-death-reason': 'delivery_limit',
    'x-first-death-queue': queue,
    'x-death': [expect.objectContaining({ reason: 'delivery_limit', count: 1, queue })],
  })
  expect(await drain(channel, queue)).toEqual([])
})

/** Rejects every delivery with requeue, and returns how many there were. */
async function rejectEach(channel: ConfirmChannel, queue: string): Promise<() => number> {
  let deliveries = 0
  await channel.consume(queue, (message) => {
    if (message === null) return
    deliveries++
    channel.reject(message, true)
  })
  return () => deliveries
}

since('4.0')('limits rejects to twenty by default', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'a')
  const deliveries = await rejectEach(channel, queue)
  expect(textOf(await take(channel, dead))).toBe('a')
  expect(deliveries()).toBe(21)
})

since('4.0')('does not limit rejects with a limit of -1', async ({ channel }) => {
  const { queue } = await pair(channel, { 'x-delivery-limit': -1 })
  await fill(channel, queue, 'a')
  const deliveries = await rejectEach(channel, queue)
  await waitFor('more deliveries than any limit', () => deliveries() > 40)
})

since('4.3')('does not limit nacks', async ({ channel }) => {
  const { queue, dead } = await pair(channel, { 'x-delivery-limit': 2 })
  await fill(channel, queue, 'a')
  for (let count = 0; count < 10; count++) byNack(channel, await hold(channel, queue))
  const { headers } = (await hold(channel, queue)).properties
  expect(headers).toEqual({ 'x-acquired-count': 10 })
  expect(await drain(channel, dead)).toEqual([])
})

test('drops a message above the limit without a dead letter exchange', async ({ channel }) => {
  const queue = unique('quorum')
  await channel.assertQueue(queue, quorum({ 'x-delivery-limit': 1 }))
  await fill(channel, queue, 'ab')
  for (let count = 0; count < 2; count++) {
    const message = await hold(channel, queue)
    expect(textOf(message)).toBe('a')
    byReject(channel, message)
  }
  expect(textOf(await take(channel, queue))).toBe('b')
})

test('counts a lost connection as a delivery', async ({ broker, channel }) => {
  const { queue } = await pair(channel)
  await fill(channel, queue, 'a')
  await using peer = await Peer.open(broker.url)
  peer.send(1, 'BasicGet', { queue })
  await peer.take(3)
  peer.vanish()
  const message = await hold(channel, queue)
  expect([deliveryCount(message), message.fields.redelivered]).toEqual([1, true])
})

test('counts a closed channel as a delivery', async ({ client, channel }) => {
  const { queue } = await pair(channel)
  await fill(channel, queue, 'a')
  const other = await client.openChannel()
  await hold(other, queue)
  await other.close()
  const message = await hold(channel, queue)
  expect([deliveryCount(message), message.fields.redelivered]).toEqual([1, true])
})

test('dead-letters a message that is rejected without requeue', async ({ channel }) => {
  const { queue, dead } = await pair(channel)
  await fill(channel, queue, 'a')
  channel.reject(await hold(channel, queue), false)
  expect((await take(channel, dead)).properties.headers).toMatchObject({
    'x-first-death-reason': 'rejected',
  })
})

test.for([
  ['expired', { 'x-message-ttl': 20 }, 'ab'],
  ['maxlen', { 'x-max-length': 1 }, 'abc'],
] as const)('records the reason of a death as %s', async ([reason, args, bodies], { channel }) => {
  const { queue, dead } = await pair(channel, args)
  await fill(channel, queue, bodies)
  for (const body of 'ab') {
    const letter = await take(channel, dead)
    expect([textOf(letter), letter.fields.redelivered]).toEqual([body, false])
    expect(letter.properties.headers?.['x-death']).toEqual([
      {
        count: 1,
        reason,
        queue,
        time: { '!': 'timestamp', value: expect.any(Number) },
        exchange: '',
        'routing-keys': [queue],
      },
    ])
  }
})

test('dead-letters with the strategy at-least-once', async ({ channel }) => {
  const { queue, dead } = await pair(channel, {
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  })
  await publish(channel, { key: queue }, { body: 'x' })
  channel.nack(await hold(channel, queue), false, false)
  const inbox = await consume(channel, dead)
  await inbox.has(1)
  expect(inbox.messages[0]?.properties.headers).toMatchObject({
    'x-first-death-reason': 'rejected',
  })
})

since('4.0')('requeues messages before those that were never delivered', async ({ channel }) => {
  const { queue } = await pair(channel)
  await fill(channel, queue, 'abcd')
  const held = [await hold(channel, queue), await hold(channel, queue), await hold(channel, queue)]
  const [, second] = held
  if (second !== undefined) channel.nack(second, true, true)
  expect(await drain(channel, queue)).toEqual(['a', 'b', 'd'])
})
