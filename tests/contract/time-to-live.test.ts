import { expect } from 'vitest'

import { quorum, test, unique } from './support/contract.ts'
import {
  consume,
  drain,
  fill,
  hold,
  publish,
  ready,
  take,
  textOf,
  untilGone,
  untilReady,
} from './support/messages.ts'

const classic = { exclusive: true }

for (const [type, options] of [
  ['classic', classic],
  ['quorum', quorum()],
] as const) {
  test(`expires messages of a ${type} queue after the queue's TTL`, async ({ channel }) => {
    const queue = unique(type)
    const args = { ...('arguments' in options ? options.arguments : {}), 'x-message-ttl': 60 }
    await channel.assertQueue(queue, { ...options, arguments: args })
    await fill(channel, queue, 'abc')
    await untilReady(channel, queue, 0)
    expect(await channel.get(queue)).toBe(false)
  })

  test(`expires a message of a ${type} queue after its own TTL`, async ({ channel }) => {
    const queue = unique(type)
    await channel.assertQueue(queue, options)
    await publish(channel, { key: queue }, { body: 'short', expiration: '60' })
    await untilReady(channel, queue, 0)
    expect(await channel.get(queue)).toBe(false)
  })

  test(`keeps a message of a ${type} queue until its TTL has passed`, async ({ channel }) => {
    const queue = unique(type)
    await channel.assertQueue(queue, options)
    await publish(channel, { key: queue }, { body: 'long', expiration: '60000' })
    await publish(channel, { key: queue }, { body: 'short', expiration: '50' })
    const message = await take(channel, queue)
    expect([textOf(message), message.properties.expiration]).toEqual(['long', '60000'])
    await untilReady(channel, queue, 0)
  })
}

test('uses the shorter TTL of queue and message', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 50 })
  await publish(channel, { key: queue }, { expiration: '60000' })
  await untilReady(channel, queue, 0)
  const patient = await channel.assertQueue('', { exclusive: true, messageTtl: 60_000 })
  await publish(channel, { key: patient.queue }, { expiration: '50' })
  await untilReady(channel, patient.queue, 0)
})

test('only delivers a message with TTL 0 to a waiting consumer', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 0 })
  await fill(channel, queue, ['to nobody'])
  expect(await channel.get(queue)).toBe(false)
  const inbox = await consume(channel, queue)
  await fill(channel, queue, ['to waiting'])
  await inbox.has(1)
  expect(inbox.bodies()).toEqual(['to waiting'])
})

test('accepts an expiration of 0', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { expiration: '0' })
  expect(await channel.get(queue)).toBe(false)
})

test('does not expire an unacknowledged message', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 60 })
  await fill(channel, queue, 'a')
  const held = await hold(channel, queue)
  await fill(channel, queue, 'b')
  await untilReady(channel, queue, 0)
  channel.ack(held)
  // If the message had expired, its tag would be unknown, and the ack would close the channel.
  expect(await ready(channel, queue)).toBe(0)
})

test('expires a requeued message whose TTL has passed', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 60 })
  await fill(channel, queue, 'a')
  const held = await hold(channel, queue)
  await fill(channel, queue, 'b')
  await untilReady(channel, queue, 0)
  channel.nack(held)
  await untilReady(channel, queue, 0)
  expect(await drain(channel, queue)).toEqual([])
})

test('continues with the next message when the first expires', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { body: 'dies', expiration: '30' })
  await publish(channel, { key: queue }, { body: 'lives' })
  await untilReady(channel, queue, 1)
  expect(await drain(channel, queue)).toEqual(['lives'])
})

test('deletes a queue that was not used for its x-expires', async ({ channel }) => {
  const queue = unique('unused')
  await channel.assertQueue(queue, { expires: 80 })
  await untilGone(channel, queue)
})

test('does not expire a queue that has a consumer', async ({ channel }) => {
  const [used, unused] = [unique('used'), unique('unused')]
  await channel.assertQueue(used, { expires: 60 })
  await consume(channel, used)
  await channel.assertQueue(unused, { expires: 120 })
  await untilGone(channel, unused)
  expect(await channel.checkQueue(used)).toMatchObject({ consumerCount: 1 })
})
