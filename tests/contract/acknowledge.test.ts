import { expect } from 'vitest'

import type { Fields } from './support/codec.ts'
import { test } from './support/contract.ts'
import { channelClose, connectionClose, method } from './support/expected.ts'
import { consume, drain, fill, hold, publish, ready, take, textOf } from './support/messages.ts'
import { waitFor } from '@messaging-patterns/testkit'

const unknown: [string, Fields][] = [
  ['BasicAck', { deliveryTag: 99 }],
  ['BasicAck', { deliveryTag: 0 }],
  ['BasicAck', { deliveryTag: 5, multiple: true }],
  ['BasicNack', { deliveryTag: 99 }],
  ['BasicNack', { deliveryTag: 0 }],
  ['BasicReject', { deliveryTag: 99 }],
  ['BasicReject', { deliveryTag: 0 }],
]

test.for(unknown)('refuses %s of an unknown tag: %o', async ([by, fields], { peer }) => {
  expect(await peer.call(1, by, fields)).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - unknown delivery tag ${String(fields['deliveryTag'])}`,
      { by },
    ),
  )
})

test.for(['BasicAck', 'BasicNack'])(
  'accepts %s of all messages when there are none',
  async (by, { peer }) => {
    peer.send(1, by, { deliveryTag: 0, multiple: true })
    expect(await peer.call(1, 'BasicQos')).toEqual(method('BasicQosOk'))
  },
)

test('refuses a second ack of a delivery', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  peer.publish(1, { routingKey: String(queue), body: 'x' })
  peer.send(1, 'BasicGet', { queue })
  await peer.take(3)
  peer.send(1, 'BasicAck', { deliveryTag: 1 })
  expect(await peer.call(1, 'BasicAck', { deliveryTag: 1 })).toEqual(
    channelClose(406, 'PRECONDITION_FAILED - unknown delivery tag 1', { by: 'BasicAck' }),
  )
})

test('refuses an ack of an auto-acked delivery', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  peer.publish(1, { routingKey: String(queue), body: 'x' })
  peer.send(1, 'BasicGet', { queue, noAck: true })
  await peer.take(3)
  expect(await peer.call(1, 'BasicAck', { deliveryTag: 1 })).toEqual(
    channelClose(406, 'PRECONDITION_FAILED - unknown delivery tag 1', { by: 'BasicAck' }),
  )
})

test('numbers deliveries from 1 on each channel', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, ['a', 'b', 'c'])
  const other = await client.openChannel()
  expect((await hold(channel, queue)).fields.deliveryTag).toBe(1)
  expect((await hold(channel, queue)).fields.deliveryTag).toBe(2)
  expect((await hold(other, queue)).fields.deliveryTag).toBe(1)
})

test('does not redeliver an acknowledged message', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, ['a', 'b'])
  const other = await client.openChannel()
  other.ack(await hold(other, queue))
  await other.close()
  expect(await drain(channel, queue)).toEqual(['b'])
})

test('acknowledges all messages up to a tag', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abcd')
  const other = await client.openChannel()
  const held = [await hold(other, queue), await hold(other, queue), await hold(other, queue)]
  const [, second] = held
  if (second !== undefined) other.ack(second, true)
  await other.close()
  expect(await drain(channel, queue)).toEqual(['c', 'd'])
})

test('acknowledges all messages with tag 0', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  for (const text of 'ab') {
    peer.publish(1, { routingKey: String(queue), body: text })
    peer.send(1, 'BasicGet', { queue })
    await peer.take(3)
  }
  peer.send(1, 'BasicAck', { deliveryTag: 0, multiple: true })
  await peer.ok(1, 'BasicRecover', { requeue: true })
  expect(await peer.call(1, 'BasicGet', { queue })).toMatchObject(method('BasicGetEmpty'))
})

test('requeues messages to their original position, marked as redelivered', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abcd')
  const held = [await hold(channel, queue), await hold(channel, queue), await hold(channel, queue)]
  const [, second, third] = held
  if (second !== undefined) channel.nack(second, true)
  const again: [string, boolean][] = []
  for (let count = 0; count < 3; count++) {
    const message = await take(channel, queue)
    again.push([textOf(message), message.fields.redelivered])
  }
  expect(again).toEqual([
    ['a', true],
    ['b', true],
    ['d', false],
  ])
  if (third !== undefined) channel.reject(third)
  const last = await take(channel, queue)
  expect([textOf(last), last.fields.redelivered]).toEqual(['c', true])
})

test('delivers a requeued message before those published after it', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'a')
  const first = await hold(channel, queue)
  await fill(channel, queue, 'bc')
  channel.nack(first)
  await waitFor('the requeue', async () => (await ready(channel, queue)) === 3)
  expect(await drain(channel, queue)).toEqual(['a', 'b', 'c'])
})

test('drops a message that is rejected without requeue', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'ab')
  channel.reject(await hold(channel, queue), false)
  expect(await drain(channel, queue)).toEqual(['b'])
})

test('drops all messages up to a tag with a nack', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abc')
  const other = await client.openChannel()
  await hold(other, queue)
  other.nack(await hold(other, queue), true, false)
  await other.close()
  expect(await drain(channel, queue)).toEqual(['c'])
})

test('requeues the unacknowledged messages of a closed channel, in order', async ({
  client,
  channel,
}) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abc')
  const other = await client.openChannel()
  for (let count = 0; count < 2; count++) await hold(other, queue)
  await other.close()
  const [first, second, third] = [
    await take(channel, queue),
    await take(channel, queue),
    await take(channel, queue),
  ]
  expect([first, second, third].map(textOf)).toEqual(['a', 'b', 'c'])
  expect([first, second, third].map((message) => message.fields.redelivered)).toEqual([
    true,
    true,
    false,
  ])
})

test('redelivers a requeued message to any consumer, including the same one', async ({
  channel,
}) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const inbox = await consume(channel, queue)
  await fill(channel, queue, 'a')
  const [first] = await inbox.has(1)
  expect(first?.fields.redelivered).toBe(false)
  if (first !== undefined) channel.reject(first)
  const [, second] = await inbox.has(2)
  expect(second?.fields).toMatchObject({ redelivered: true, deliveryTag: 2 })
})

test('redelivers all unacknowledged messages on recover', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const inbox = await consume(channel, queue)
  await fill(channel, queue, 'ab')
  await inbox.has(2)
  await channel.recover()
  await inbox.has(4)
  expect(inbox.bodies()).toEqual(['a', 'b', 'a', 'b'])
  expect(inbox.messages.map((message) => message.fields.redelivered)).toEqual([
    false,
    false,
    true,
    true,
  ])
})

test('answers recover before it redelivers', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  peer.publish(1, { routingKey: String(queue), body: 'x' })
  await peer.ok(1, 'BasicConsume', { queue, consumerTag: 't' })
  await peer.take(3)
  peer.send(1, 'BasicRecover', { requeue: true })
  const [ok, deliver] = await peer.take(4)
  expect(ok).toEqual(method('BasicRecoverOk'))
  expect(deliver).toMatchObject(
    method('BasicDeliver', { consumerTag: 't', deliveryTag: 2, redelivered: true }),
  )
})

test('does not answer recover-async', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  peer.publish(1, { routingKey: String(queue), body: 'x' })
  peer.send(1, 'BasicGet', { queue })
  await peer.take(3)
  peer.send(1, 'BasicRecoverAsync', { requeue: true })
  expect(await peer.call(1, 'BasicGet', { queue })).toMatchObject(
    method('BasicGetOk', { redelivered: true }),
  )
})

test.for(['BasicRecover', 'BasicRecoverAsync'])(
  'refuses %s without requeue with 540',
  async (by, { peer }) => {
    expect(await peer.call(1, by, { requeue: false })).toEqual(
      connectionClose(540, 'NOT_IMPLEMENTED - requeue=false', by),
    )
  },
)

test('keeps the redelivered flag across channels and connections', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { body: 'x' })
  const other = await client.openChannel()
  other.nack(await hold(other, queue))
  expect((await hold(other, queue)).fields.redelivered).toBe(true)
  await other.close()
  expect((await take(channel, queue)).fields.redelivered).toBe(true)
})
