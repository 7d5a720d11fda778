import { expect } from 'vitest'

import { test, unique } from './support/contract.ts'
import { channelClose, method } from './support/expected.ts'
import { drain, publish, ready, take } from './support/messages.ts'

test('publishes unroutable messages to the alternate exchange, and does not return them', async ({
  peer,
}) => {
  const [exchange, alternate] = [unique('main'), unique('alternate')]
  await peer.ok(1, 'ExchangeDeclare', { exchange: alternate, type: 'fanout', durable: true })
  const args = { 'alternate-exchange': alternate }
  await peer.ok(1, 'ExchangeDeclare', {
    exchange,
    type: 'direct',
    durable: true,
    arguments: args,
  })
  await peer.ok(1, 'QueueDeclare', { queue: 'alternative', exclusive: true })
  await peer.ok(1, 'QueueBind', { queue: 'alternative', exchange: alternate })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { exchange, routingKey: 'nowhere', body: 'm', mandatory: true })
  expect(await peer.next()).toEqual(method('BasicAck', { deliveryTag: 1, multiple: false }))
  expect(await peer.call(1, 'BasicGet', { queue: 'alternative' })).toMatchObject(
    method('BasicGetOk', { exchange, routingKey: 'nowhere' }),
  )
})

test('does not send routable messages to the alternate exchange', async ({ channel }) => {
  const exchange = unique('main')
  const [main, other] = [unique('main'), unique('other')]
  for (const queue of [main, other]) await channel.assertQueue(queue, { exclusive: true })
  await channel.assertExchange(exchange, 'direct', { alternateExchange: 'amq.fanout' })
  await channel.bindQueue(main, exchange, 'k')
  await channel.bindQueue(other, 'amq.fanout', '')
  await publish(channel, { exchange, key: 'k' })
  expect([await ready(channel, main), await ready(channel, other)]).toEqual([1, 0])
})

test('continues from one alternate exchange to the next', async ({ channel }) => {
  const [first, second] = [unique('first'), unique('second')]
  await channel.assertExchange(second, 'direct', { alternateExchange: 'amq.fanout' })
  await channel.assertExchange(first, 'direct', { alternateExchange: second })
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, 'amq.fanout', '')
  await publish(channel, { exchange: first, key: 'nowhere' })
  expect(await ready(channel, queue)).toBe(1)
})

test('returns a message that the alternate exchange cannot route either', async ({ peer }) => {
  const exchange = unique('main')
  const args = { 'alternate-exchange': unique('missing') }
  await peer.ok(1, 'ExchangeDeclare', {
    exchange,
    type: 'direct',
    durable: true,
    arguments: args,
  })
  peer.publish(1, { exchange, routingKey: 'nowhere', body: 'm', mandatory: true })
  expect(await peer.next()).toMatchObject(method('BasicReturn', { replyCode: 312, exchange }))
})

test('also routes to the keys in CC, and keeps the header', async ({ channel }) => {
  const queues = ['to', 'cc-1', 'cc-2'].map(unique)
  const [to = '', ...copies] = queues
  for (const queue of queues) await channel.assertQueue(queue, { exclusive: true })
  await publish(channel, { key: to }, { CC: copies, headers: { kept: 1 } })
  for (const queue of queues) {
    const { fields, properties } = await take(channel, queue)
    expect(fields.routingKey).toBe(to)
    expect(properties.headers).toEqual({ CC: copies, kept: 1 })
  }
})

test('also routes to the keys in BCC, and removes the header', async ({ channel }) => {
  const queues = ['to', 'bcc'].map(unique)
  const [to = '', ...copies] = queues
  for (const queue of queues) await channel.assertQueue(queue, { exclusive: true })
  await publish(channel, { key: to }, { BCC: copies, headers: { kept: 1 } })
  for (const queue of queues)
    expect((await take(channel, queue)).properties.headers).toEqual({ kept: 1 })
})

test('delivers one copy to a queue that CC and BCC name again', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await publish(channel, { key: queue }, { CC: [queue, queue], BCC: queue, body: 'once' })
  expect(await drain(channel, queue)).toEqual(['once'])
})

test('routes by CC on a topic exchange', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, 'amq.topic', 'copy.*')
  await publish(channel, { exchange: 'amq.topic', key: 'main' }, { CC: ['copy.a'] })
  expect((await take(channel, queue)).fields.routingKey).toBe('main')
})

test.for(['CC', 'BCC'])('refuses a %s that is not an array with 406', async (name, { peer }) => {
  peer.publish(1, { body: 'x', properties: { headers: { [name]: 'a' } } })
  expect(await peer.next()).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,"${name}",longstr}`,
      { by: 'BasicPublish' },
    ),
  )
})
