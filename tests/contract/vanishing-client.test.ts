import { waitFor } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import { test, unique } from './support/contract.ts'
import { method } from './support/expected.ts'
import { consume, fill, hold, take, textOf, untilReady } from './support/messages.ts'
import { Peer } from './support/peer.ts'

test('deletes its exclusive queues', async ({ broker, client }) => {
  const queue = unique('exclusive')
  await using peer = await Peer.open(broker.url)
  await peer.ok(1, 'QueueDeclare', { queue, exclusive: true })
  peer.vanish()
  await waitFor('the queue to go', async () => {
    const channel = await client.openChannel()
    return channel.checkQueue(queue).then(
      () => channel.close().then(() => false),
      (error: { code?: number }) => error.code === 404,
    )
  })
})

test('requeues its unacknowledged messages, in order and marked as redelivered', async ({
  broker,
  channel,
}) => {
  const queue = unique('durable')
  await channel.assertQueue(queue)
  await fill(channel, queue, 'abc')
  await using peer = await Peer.open(broker.url)
  await peer.ok(1, 'BasicQos', { prefetchCount: 2 })
  await peer.ok(1, 'BasicConsume', { queue })
  await peer.take(6)
  peer.vanish()
  await untilReady(channel, queue, 3)
  const messages = [
    await take(channel, queue),
    await take(channel, queue),
    await take(channel, queue),
  ]
  expect(messages.map(textOf)).toEqual(['a', 'b', 'c'])
  expect(messages.map((message) => message.fields.redelivered)).toEqual([true, true, false])
})

test('does not requeue its acknowledged messages', async ({ broker, channel }) => {
  const queue = unique('durable')
  await channel.assertQueue(queue)
  await fill(channel, queue, 'ab')
  await using peer = await Peer.open(broker.url)
  await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
  await peer.ok(1, 'BasicConsume', { queue })
  await peer.take(3)
  peer.send(1, 'BasicAck', { deliveryTag: 1 })
  await peer.take(3)
  peer.vanish()
  expect(textOf(await take(channel, queue))).toBe('b')
})

test('delivers its messages to the other consumers', async ({ broker, channel }) => {
  const queue = unique('durable')
  await channel.assertQueue(queue)
  await using peer = await Peer.open(broker.url)
  await peer.ok(1, 'BasicConsume', { queue })
  await fill(channel, queue, 'a')
  await peer.take(3)
  const inbox = await consume(channel, queue)
  peer.vanish()
  const [message] = await inbox.has(1)
  expect(message?.fields.redelivered).toBe(true)
})

test('removes its consumers and its auto-delete queue', async ({ broker, client }) => {
  const queue = unique('auto')
  await using peer = await Peer.open(broker.url)
  await peer.ok(1, 'QueueDeclare', { queue, durable: true, autoDelete: true })
  await peer.ok(1, 'BasicConsume', { queue })
  peer.vanish()
  await waitFor('the queue to go', async () => {
    const channel = await client.openChannel()
    return channel.checkQueue(queue).then(
      () => channel.close().then(() => false),
      () => true,
    )
  })
})

test('ends its exclusive consuming', async ({ broker, client }) => {
  const queue = unique('used')
  await using peer = await Peer.open(broker.url)
  await peer.ok(1, 'QueueDeclare', { queue, durable: true })
  await peer.ok(1, 'BasicConsume', { queue, exclusive: true })
  peer.vanish()
  await waitFor('the queue to be free', async () => {
    const channel = await client.openChannel()
    return consume(channel, queue)
  })
})

test('drops an incomplete message', async ({ broker, channel }) => {
  const queue = unique('durable')
  await channel.assertQueue(queue)
  await using peer = await Peer.open(broker.url)
  peer.send(1, 'BasicPublish', { exchange: '', routingKey: queue })
  peer.sendHeader(1, 10)
  peer.sendBody(1, Buffer.from('half'))
  // When another channel answers, the broker has read everything before.
  await peer.ok(2, 'ChannelOpen')
  peer.vanish()
  await fill(channel, queue, ['whole'])
  expect(textOf(await hold(channel, queue))).toBe('whole')
})

test('drops the messages of its uncommitted transaction', async ({ broker, channel }) => {
  const queue = unique('durable')
  await channel.assertQueue(queue)
  await using peer = await Peer.open(broker.url)
  await peer.ok(1, 'TxSelect')
  peer.publish(1, { routingKey: queue, body: 'uncommitted' })
  expect(await peer.call(1, 'BasicQos')).toEqual(method('BasicQosOk'))
  peer.vanish()
  await fill(channel, queue, ['marker'])
  expect(textOf(await take(channel, queue))).toBe('marker')
})
