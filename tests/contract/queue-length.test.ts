import { expect } from 'vitest'

import { quorum, test, unique } from './support/contract.ts'
import { method } from './support/expected.ts'
import { consume, drain, fill, hold, publish, take, untilReady } from './support/messages.ts'

for (const [type, options] of [
  ['classic', { 'x-queue-type': 'classic' }],
  ['quorum', quorum().arguments],
] as const) {
  test(`drops the oldest message of a full ${type} queue`, async ({ channel }) => {
    const queue = unique(type)
    await channel.assertQueue(queue, { arguments: { ...options, 'x-max-length': 2 } })
    await fill(channel, queue, 'abcd')
    await untilReady(channel, queue, 2)
    expect(await drain(channel, queue)).toEqual(['c', 'd'])
  })

  test(`drops the oldest message of a ${type} queue with too many octets`, async ({ channel }) => {
    const queue = unique(type)
    // A quorum queue also counts some octets of each message's properties.
    await channel.assertQueue(queue, { arguments: { ...options, 'x-max-length-bytes': 10_000 } })
    const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(4000))
    await fill(channel, queue, bodies)
    await untilReady(channel, queue, 2)
    expect(await drain(channel, queue)).toEqual(bodies.slice(1))
  })

  test(`nacks the messages that a full ${type} queue refuses`, async ({ channel }) => {
    const queue = unique(type)
    const args = { ...options, 'x-max-length': 1, 'x-overflow': 'reject-publish' }
    await channel.assertQueue(queue, { arguments: args })
    const refusals: string[] = []
    // A quorum queue only refuses messages after it has been full for a moment.
    for (let count = 0; count < 20 && refusals.length === 0; count++)
      await publish(channel, { key: queue }, { body: `${count}` }).catch(() =>
        refusals.push(`${count}`),
      )
    expect(refusals).toHaveLength(1)
    const kept = await drain(channel, queue)
    expect(kept[0]).toBe('0')
    expect(kept).not.toContain(refusals[0])
  })

  test(`accepts messages again when a ${type} queue has room`, async ({ channel }) => {
    const queue = unique(type)
    const args = { ...options, 'x-max-length': 1, 'x-overflow': 'reject-publish' }
    await channel.assertQueue(queue, { arguments: args })
    await fill(channel, queue, 'a')
    await take(channel, queue)
    await publish(channel, { key: queue }, { body: 'b' })
    expect(await drain(channel, queue)).toEqual(['b'])
  })
}

test('counts ready messages toward the length, but not unacknowledged ones', async ({
  channel,
}) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 1 })
  await fill(channel, queue, 'a')
  await hold(channel, queue)
  await fill(channel, queue, 'b')
  expect(await drain(channel, queue)).toEqual(['b'])
})

test('keeps nothing in a queue of length 0 without a consumer', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 0 })
  await fill(channel, queue, ['to nobody'])
  expect(await drain(channel, queue)).toEqual([])
  const inbox = await consume(channel, queue)
  await fill(channel, queue, ['to waiting'])
  await inbox.has(1)
  expect(inbox.bodies()).toEqual(['to waiting'])
})

test('dead-letters refused messages with reject-publish-dlx', async ({ channel }) => {
  const dead = await channel.assertQueue('', { exclusive: true })
  const { queue } = await channel.assertQueue('', {
    exclusive: true,
    maxLength: 1,
    overflow: 'reject-publish-dlx',
    deadLetterExchange: '',
    deadLetterRoutingKey: dead.queue,
  })
  await fill(channel, queue, ['kept'])
  await expect(publish(channel, { key: queue }, { body: 'refused' })).rejects.toBeDefined()
  const letter = await take(channel, dead.queue)
  expect(letter.content.toString()).toBe('refused')
  expect(letter.properties.headers?.['x-first-death-reason']).toBe('maxlen')
  expect(await drain(channel, queue)).toEqual(['kept'])
})

test('does not dead-letter refused messages with reject-publish', async ({ channel }) => {
  const dead = await channel.assertQueue('', { exclusive: true })
  const { queue } = await channel.assertQueue('', {
    exclusive: true,
    maxLength: 1,
    overflow: 'reject-publish',
    deadLetterExchange: '',
    deadLetterRoutingKey: dead.queue,
  })
  await fill(channel, queue, ['kept'])
  await expect(publish(channel, { key: queue }, { body: 'refused' })).rejects.toBeDefined()
  expect(await drain(channel, dead.queue)).toEqual([])
})

test('nacks a message that one of several queues refuses', async ({ peer }) => {
  const exchange = unique('fanout')
  await peer.ok(1, 'ExchangeDeclare', { exchange, type: 'fanout', durable: true })
  const full = { 'x-max-length': 0, 'x-overflow': 'reject-publish' }
  for (const args of [full, {}]) {
    await peer.ok(1, 'QueueDeclare', { exclusive: true, arguments: args })
    await peer.ok(1, 'QueueBind', { exchange })
  }
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { exchange, body: 'x' })
  expect(await peer.next()).toMatchObject(method('BasicNack', { deliveryTag: 1 }))
})
