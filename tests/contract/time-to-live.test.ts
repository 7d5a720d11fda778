import { waitFor } from '@messaging-patterns/testkit'
import type { ConfirmChannel } from 'amqplib'
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
  untilReady,
} from './support/messages.ts'

const classic = { exclusive: true }

for (const [type, options] of [
  ['classic', classic],
  ['quorum', quorum()],
] as const) {
  test(`lets messages of a ${type} queue die after the time of the queue`, async ({ channel }) => {
    const queue = unique(type)
    const args = { ...('arguments' in options ? options.arguments : {}), 'x-message-ttl': 60 }
    await channel.assertQueue(queue, { ...options, arguments: args })
    await fill(channel, queue, 'abc')
    await untilReady(channel, queue, 0)
    expect(await channel.get(queue)).toBe(false)
  })

  test(`lets a message of a ${type} queue die after its own time`, async ({ channel }) => {
    const queue = unique(type)
    await channel.assertQueue(queue, options)
    await publish(channel, { key: queue }, { body: 'short', expiration: '60' })
    await untilReady(channel, queue, 0)
    expect(await channel.get(queue)).toBe(false)
  })

  test(`keeps a message of a ${type} queue until its time has come`, async ({ channel }) => {
    const queue = unique(type)
    await channel.assertQueue(queue, options)
    await publish(channel, { key: queue }, { body: 'long', expiration: '60000' })
    await publish(channel, { key: queue }, { body: 'short', expiration: '50' })
    const message = await take(channel, queue)
    expect([textOf(message), message.properties.expiration]).toEqual(['long', '60000'])
    await untilReady(channel, queue, 0)
  })
}

test('takes the shorter of the times of queue and message', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 50 })
  await publish(channel, { key: queue }, { expiration: '60000' })
  await untilReady(channel, queue, 0)
  const patient = await channel.assertQueue('', { exclusive: true, messageTtl: 60_000 })
  await publish(channel, { key: patient.queue }, { expiration: '50' })
  await untilReady(channel, patient.queue, 0)
})

test('keeps a message of time 0 only for a consumer that waits', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 0 })
  await fill(channel, queue, ['to nobody'])
  expect(await channel.get(queue)).toBe(false)
  const inbox = await consume(channel, queue)
  await fill(channel, queue, ['to somebody'])
  await inbox.has(1)
  expect(inbox.bodies()).toEqual(['to somebody'])
})

test('takes the expiration 0', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { expiration: '0' })
  expect(await channel.get(queue)).toBe(false)
})

test('lets no message die that is unacknowledged', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 60 })
  await fill(channel, queue, 'a')
  const held = await hold(channel, queue)
  await fill(channel, queue, 'b')
  await untilReady(channel, queue, 0)
  channel.ack(held)
  // An unknown tag would have closed the channel.
  expect(await ready(channel, queue)).toBe(0)
})

test('lets a requeued message die whose time came meanwhile', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 60 })
  await fill(channel, queue, 'a')
  const held = await hold(channel, queue)
  await fill(channel, queue, 'b')
  await untilReady(channel, queue, 0)
  channel.nack(held)
  await untilReady(channel, queue, 0)
  expect(await drain(channel, queue)).toEqual([])
})

test('goes on with the next message when the first one dies', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { body: 'dies', expiration: '30' })
  await publish(channel, { key: queue }, { body: 'lives' })
  await untilReady(channel, queue, 1)
  expect(await drain(channel, queue)).toEqual(['lives'])
})

test('takes a queue away that was not used for its time', async ({ channel }) => {
  const queue = unique('unused')
  await channel.assertQueue(queue, { expires: 80 })
  await untilGone(channel, queue)
})

test('keeps a queue that has a consumer over its time', async ({ channel }) => {
  const [used, unused] = [unique('used'), unique('unused')]
  await channel.assertQueue(used, { expires: 60 })
  await consume(channel, used)
  await channel.assertQueue(unused, { expires: 120 })
  await untilGone(channel, unused)
  expect(await channel.checkQueue(used)).toMatchObject({ consumerCount: 1 })
})

/** Publishing does not count as use, and a message that nobody gets tells that the queue has gone. */
async function untilGone(channel: ConfirmChannel, queue: string): Promise<void> {
  let returned = false
  channel.on('return', () => (returned = true))
  await waitFor(`${queue} to go`, async () => {
    await publish(channel, { key: queue }, { mandatory: true })
    return returned
  })
}
