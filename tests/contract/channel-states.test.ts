import { expect } from 'vitest'

import { test } from './support/contract.ts'
import { channelClose, connectionClose, method } from './support/expected.ts'

test('refuses to open a channel twice with 504', async ({ peer }) => {
  expect(await peer.openChannel(1)).toEqual(
    connectionClose(504, "CHANNEL_ERROR - second 'channel.open' seen", 'ChannelOpen'),
  )
})

test('refuses a method on a channel that is not open with 504', async ({ peer }) => {
  expect(await peer.call(7, 'QueueDeclare')).toEqual(
    connectionClose(504, "CHANNEL_ERROR - expected 'channel.open'", 'QueueDeclare'),
  )
})

test('refuses an ack on a channel that was closed with 504', async ({ peer }) => {
  const goodbye = { replyCode: 200, replyText: '', classId: 0, methodId: 0 }
  expect(await peer.call(1, 'ChannelClose', goodbye)).toEqual(method('ChannelCloseOk'))
  expect(await peer.call(1, 'BasicAck', { deliveryTag: 1 })).toEqual(
    connectionClose(504, "CHANNEL_ERROR - expected 'channel.open'", 'BasicAck'),
  )
})

test('ignores methods on a channel that it has closed, until close-ok', async ({
  peer,
  broker,
}) => {
  expect(await peer.call(1, 'QueueDeclare', { queue: 'nope', passive: true })).toEqual(
    channelClose(404, `NOT_FOUND - no queue 'nope' in vhost '${broker.vhost}'`, {
      by: 'QueueDeclare',
    }),
  )
  peer.send(1, 'QueueDeclare', { queue: 'ignored', exclusive: true })
  peer.send(1, 'BasicAck', { deliveryTag: 1 })
  peer.publish(1, { routingKey: 'ignored', body: 'ignored' })
  peer.send(1, 'ChannelCloseOk')
  expect(await peer.openChannel(1)).toMatchObject(method('ChannelOpenOk'))
  expect(await peer.call(1, 'QueueDeclare', { queue: 'ignored', passive: true })).toMatchObject(
    method('ChannelClose', { replyCode: 404 }),
  )
})

test('answers a channel.close from the client that crosses its own', async ({ peer }) => {
  const goodbye = { replyCode: 200, replyText: '', classId: 0, methodId: 0 }
  peer.send(1, 'QueueDeclare', { queue: 'nope', passive: true })
  peer.send(1, 'ChannelClose', goodbye)
  const [refusal, answer] = await peer.take(2)
  expect(refusal).toMatchObject(method('ChannelClose', { replyCode: 404 }))
  expect(answer).toEqual(method('ChannelCloseOk'))
  peer.send(1, 'ChannelCloseOk')
  expect(await peer.openChannel(2)).toMatchObject(method('ChannelOpenOk', {}, 2))
})

test('keeps other channels open when it closes one for an error', async ({ peer }) => {
  await peer.ok(2, 'ChannelOpen')
  expect(await peer.call(1, 'BasicAck', { deliveryTag: 9 })).toMatchObject(
    method('ChannelClose', { replyCode: 406 }),
  )
  expect(await peer.call(2, 'QueueDeclare', { exclusive: true })).toMatchObject(
    method('QueueDeclareOk', {}, 2),
  )
})

test('reopens a closed channel with a clean state', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'BasicConsume', { queue, consumerTag: 't' })
  await peer.ok(1, 'ConfirmSelect')
  await peer.ok(1, 'ChannelClose', { replyCode: 200, replyText: '', classId: 0, methodId: 0 })
  await peer.ok(1, 'ChannelOpen')
  // The old channel's consumer, confirm mode and last queue are gone.
  expect(await peer.call(1, 'QueueDeclare', { queue, passive: true })).toMatchObject(
    method('QueueDeclareOk', { consumerCount: 0 }),
  )
  peer.publish(1, { routingKey: 'nobody' })
  expect(await peer.call(1, 'BasicQos')).toEqual(method('BasicQosOk'))
})

test('refuses a method that only brokers may send with 503', async ({ peer }) => {
  expect(await peer.call(1, 'BasicConsumeOk', { consumerTag: 't' })).toEqual(
    connectionClose(503, 'COMMAND_INVALID - unimplemented method', 'BasicConsumeOk'),
  )
})

test('refuses a connection method on a channel with 503', async ({ peer }) => {
  expect(await peer.call(1, 'ConnectionOpen', { virtualHost: '/' })).toEqual(
    connectionClose(503, 'COMMAND_INVALID - unimplemented method', 'ConnectionOpen'),
  )
})

test('refuses a channel method on channel 0 with 504', async ({ peer }) => {
  expect(await peer.call(0, 'QueueDeclare')).toEqual(
    connectionClose(
      504,
      'CHANNEL_ERROR - unexpected method in connection state running',
      'QueueDeclare',
    ),
  )
})
