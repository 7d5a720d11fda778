import { expect } from 'vitest'

import { Client } from './support/client.ts'
import { test } from './support/contract.ts'
import { channelClose, method } from './support/expected.ts'
import { consume, publish, take, textOf } from './support/messages.ts'
import { Peer } from './support/peer.ts'

const replyTo = 'amq.rabbitmq.reply-to'

test('routes a reply to another connection without a queue', async ({ broker, channel }) => {
  await using server = await Client.open(broker.url)
  const its = await server.openChannel()
  const { queue } = await its.assertQueue('', { exclusive: true })
  const inbox = await consume(channel, replyTo, { noAck: true })
  await publish(channel, { key: queue }, { replyTo, correlationId: '1', body: 'question' })
  const request = await take(its, queue)
  expect(request.properties.replyTo).toMatch(/^amq\.rabbitmq\.reply-to\..+/)
  const address = String(request.properties.replyTo)
  await publish(its, { key: address }, { correlationId: '1', body: 'answer' })
  const [answer] = await inbox.has(1)
  expect(answer === undefined ? '' : textOf(answer)).toBe('answer')
  expect(answer?.fields).toMatchObject({ exchange: '', routingKey: address, redelivered: false })
  expect(answer?.properties.correlationId).toBe('1')
})

test('gives each channel a different reply address', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const addresses: unknown[] = []
  for (const each of [channel, await client.openChannel()]) {
    await consume(each, replyTo, { noAck: true })
    await publish(each, { key: queue }, { replyTo })
    addresses.push((await take(channel, queue)).properties.replyTo)
  }
  expect(addresses[0]).not.toBe(addresses[1])
})

test('refuses to consume replies with acknowledgements', async ({ peer }) => {
  expect(await peer.call(1, 'BasicConsume', { queue: replyTo })).toEqual(
    channelClose(406, 'PRECONDITION_FAILED - reply consumer cannot acknowledge', {
      by: 'BasicConsume',
    }),
  )
})

test('refuses a request from a channel that does not consume replies', async ({ peer }) => {
  peer.publish(1, { routingKey: 'x', properties: { replyTo } })
  expect(await peer.next()).toEqual(
    channelClose(406, 'PRECONDITION_FAILED - fast reply consumer does not exist', {
      by: 'BasicPublish',
    }),
  )
})

test('refuses a second reply consumer on a channel', async ({ peer }) => {
  await peer.ok(1, 'BasicConsume', { queue: replyTo, noAck: true })
  expect(await peer.call(1, 'BasicConsume', { queue: replyTo, noAck: true })).toEqual(
    channelClose(406, 'PRECONDITION_FAILED - reply consumer already set', { by: 'BasicConsume' }),
  )
})

test('confirms the declare of a reply address whose channel is open', async ({ channel, peer }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await consume(channel, replyTo, { noAck: true })
  await publish(channel, { key: queue }, { replyTo })
  const address = String((await take(channel, queue)).properties.replyTo)
  expect(await peer.call(1, 'QueueDeclare', { queue: address, passive: true })).toMatchObject(
    method('QueueDeclareOk', { queue: address }),
  )
})

test('drops a reply for a channel that was closed', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const asking = await client.openChannel()
  await consume(asking, replyTo, { noAck: true })
  await publish(asking, { key: queue }, { replyTo })
  const address = String((await take(channel, queue)).properties.replyTo)
  await asking.close()
  await expect(publish(channel, { key: address }, { body: 'late' })).resolves.toBeUndefined()
})

test('answers the cancel of a reply consumer', async ({ peer }) => {
  await peer.ok(1, 'BasicConsume', { queue: replyTo, noAck: true, consumerTag: 'r' })
  expect(await peer.call(1, 'BasicCancel', { consumerTag: 'r' })).toEqual(
    method('BasicCancelOk', { consumerTag: 'r' }),
  )
  peer.publish(1, { routingKey: 'x', properties: { replyTo } })
  expect(await peer.next()).toMatchObject(method('ChannelClose', { replyCode: 406 }))
})

test("accepts a declare of the pseudo-queue's name", async ({ broker }) => {
  await using peer = await Peer.open(broker.url)
  expect(await peer.call(1, 'QueueDeclare', { queue: replyTo, passive: true })).toMatchObject(
    method('QueueDeclareOk', { queue: replyTo }),
  )
})
