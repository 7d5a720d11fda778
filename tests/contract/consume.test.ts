import { waitFor } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import { Client } from './support/client.ts'
import { since, test, unique } from './support/contract.ts'
import { body, channelClose, connectionClose, header, method } from './support/expected.ts'
import { consume, drain, fill, hold, ready } from './support/messages.ts'
import { Peer } from './support/peer.ts'

test('generates a consumer tag if it is empty', async ({ peer }) => {
  await peer.ok(1, 'QueueDeclare', { exclusive: true })
  expect(await peer.call(1, 'BasicConsume')).toEqual(
    method('BasicConsumeOk', { consumerTag: expect.stringMatching(/^amq\.ctag-[\w-]{22}$/) }),
  )
})

test('delivers with the consumer tag, the exchange and the routing key', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'BasicConsume', { queue, consumerTag: 'mine' })
  peer.publish(1, { routingKey: String(queue), body: 'x' })
  expect(await peer.take(3)).toEqual([
    method('BasicDeliver', {
      consumerTag: 'mine',
      deliveryTag: 1,
      redelivered: false,
      exchange: '',
      routingKey: queue,
    }),
    header(1),
    body('x'),
  ])
})

test('delivers an empty message without a body frame', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'BasicConsume', { queue })
  peer.publish(1, { routingKey: String(queue) })
  expect(await peer.take(2)).toEqual([expect.objectContaining({ name: 'BasicDeliver' }), header(0)])
  expect(await peer.call(1, 'BasicQos')).toEqual(method('BasicQosOk'))
})

test('answers consume before the first delivery', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  peer.publish(1, { routingKey: String(queue), body: 'x' })
  const [first, second] = [await peer.call(1, 'BasicConsume', { queue }), await peer.next()]
  expect(first).toMatchObject(method('BasicConsumeOk'))
  expect(second).toMatchObject(method('BasicDeliver'))
})

test('does not answer consume with no-wait', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  peer.publish(1, { routingKey: String(queue), body: 'x' })
  const quietly = { queue, consumerTag: 'quiet', nowait: true }
  expect(await peer.call(1, 'BasicConsume', quietly)).toMatchObject(
    method('BasicDeliver', { consumerTag: 'quiet' }),
  )
})

test('allows the same consumer tag on two channels', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(2, 'ChannelOpen')
  for (const channel of [1, 2])
    expect(await peer.call(channel, 'BasicConsume', { queue, consumerTag: 't' })).toEqual(
      method('BasicConsumeOk', { consumerTag: 't' }, channel),
    )
})

test('closes the connection with 530 for a duplicate consumer tag on a channel', async ({
  peer,
}) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'BasicConsume', { queue, consumerTag: 't' })
  expect(await peer.call(1, 'BasicConsume', { queue, consumerTag: 't' })).toEqual(
    connectionClose(530, "NOT_ALLOWED - attempt to reuse consumer tag 't'", 'BasicConsume'),
  )
})

test('allows a consumer tag again after its cancel', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  for (let count = 0; count < 2; count++) {
    await peer.ok(1, 'BasicConsume', { queue, consumerTag: 't' })
    await peer.ok(1, 'BasicCancel', { consumerTag: 't' })
  }
  expect(await peer.call(1, 'QueueDeclare', { queue, passive: true })).toMatchObject(
    method('QueueDeclareOk', { consumerCount: 0 }),
  )
})

test.for([
  ['a second consumer on a queue with an exclusive one', true, false],
  ['an exclusive consumer on a queue with another', false, true],
  ['a second exclusive consumer', true, true],
] as const)('refuses %s with 403', async ([, first, second], { broker, peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'BasicConsume', { queue, exclusive: first })
  expect(await peer.call(1, 'BasicConsume', { queue, exclusive: second })).toEqual(
    channelClose(
      403,
      `ACCESS_REFUSED - queue '${String(queue)}' in vhost '${broker.vhost}' in exclusive use`,
      { by: 'BasicConsume' },
    ),
  )
})

test('ends exclusive consuming with the cancel', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const { consumerTag } = await consume(channel, queue, { exclusive: true })
  await channel.cancel(consumerTag)
  await expect(consume(channel, queue)).resolves.toBeDefined()
})

test('allows get while there is an exclusive consumer', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const other = await client.openChannel()
  await other.prefetch(1)
  await consume(other, queue, { exclusive: true })
  await fill(channel, queue, 'ab')
  expect(await hold(channel, queue)).toBeDefined()
})

test('delivers nothing after cancel-ok', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const inbox = await consume(channel, queue)
  await fill(channel, queue, 'a')
  await inbox.has(1)
  await channel.cancel(inbox.consumerTag)
  await fill(channel, queue, 'b')
  expect(await drain(channel, queue)).toEqual(['b'])
  expect(inbox.bodies()).toEqual(['a'])
})

test('leaves unacknowledged messages with the channel after a cancel', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const inbox = await consume(channel, queue)
  await fill(channel, queue, 'ab')
  const [first] = await inbox.has(2)
  await channel.cancel(inbox.consumerTag)
  expect(await ready(channel, queue)).toBe(0)
  if (first !== undefined) channel.nack(first)
  expect((await hold(channel, queue)).fields.redelivered).toBe(true)
})

test('answers the cancel of an unknown consumer', async ({ peer }) => {
  expect(await peer.call(1, 'BasicCancel', { consumerTag: 'nope' })).toEqual(
    method('BasicCancelOk', { consumerTag: 'nope' }),
  )
})

test('does not answer cancel with no-wait', async ({ peer }) => {
  await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'BasicConsume', { consumerTag: 't' })
  peer.send(1, 'BasicCancel', { consumerTag: 't', nowait: true })
  expect(await peer.call(1, 'BasicQos')).toEqual(method('BasicQosOk'))
})

test('cancels the consumers of a queue that is deleted', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(2, 'ChannelOpen')
  await peer.ok(2, 'BasicConsume', { queue, consumerTag: 't' })
  peer.send(1, 'QueueDelete', { queue })
  expect(await peer.take(2)).toEqual(
    expect.arrayContaining([
      method('QueueDeleteOk', { messageCount: 0 }),
      method('BasicCancel', { consumerTag: 't', nowait: true }, 2),
    ]),
  )
})

test('does not send basic.cancel to a client without that capability', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { capabilities: {} })
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'BasicConsume', { queue, consumerTag: 't' })
  await peer.ok(1, 'QueueDelete', { queue })
  expect(await peer.call(1, 'BasicQos')).toEqual(method('BasicQosOk'))
})

test('notifies amqplib of a cancel with a null message', async ({ broker, channel }) => {
  const queue = unique('cancelled')
  await channel.assertQueue(queue)
  const inbox = await consume(channel, queue)
  await using other = await Client.open(broker.url)
  await (await other.openChannel()).deleteQueue(queue)
  await waitFor('the cancel', () => inbox.cancelled)
  expect(inbox.bodies()).toEqual([])
})

test('delivers to the consumers of a queue in turn', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const inboxes = [await consume(channel, queue), await consume(channel, queue)]
  await fill(channel, queue, 'abcdef')
  for (const inbox of inboxes) await inbox.has(3)
  expect(inboxes.map((inbox) => inbox.bodies().join(''))).toEqual(['ace', 'bdf'])
})

test('skips a consumer whose prefetch is full', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const slow = await client.openChannel()
  await slow.prefetch(1)
  const slowInbox = await consume(slow, queue)
  const fastInbox = await consume(channel, queue, { noAck: true })
  await fill(channel, queue, 'abcdef')
  await fastInbox.has(5)
  await slowInbox.has(1)
  expect(slowInbox.bodies()).toEqual(['a'])
  expect(fastInbox.bodies()).toEqual(['b', 'c', 'd', 'e', 'f'])
})

test('delivers to the consumer with the highest priority until its prefetch is full', async ({
  client,
  channel,
}) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const low = await consume(channel, queue)
  const eager = await client.openChannel()
  await eager.prefetch(2)
  const high = await consume(eager, queue, { priority: 10 })
  await fill(channel, queue, 'abc')
  await low.has(1)
  await high.has(2)
  expect(high.bodies()).toEqual(['a', 'b'])
  expect(low.bodies()).toEqual(['c'])
})

test('refuses a consumer priority that is not an integer with 406', async ({ broker, peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  expect(await peer.call(1, 'BasicConsume', { arguments: { 'x-priority': 'high' } })).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - invalid arg 'x-priority' for queue '${String(queue)}' in vhost '${broker.vhost}': "expected integer, got longstr"`,
      { by: 'BasicConsume' },
    ),
  )
})

since('4.0')('ignores no-local', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const inbox = await consume(channel, queue, { noLocal: true })
  await fill(channel, queue, 'a')
  expect(await inbox.has(1)).toHaveLength(1)
})

test.for(['constructor', 'toString', '__proto__'])(
  'ignores the argument %s',
  async (name, { peer }) => {
    await peer.ok(1, 'QueueDeclare', { exclusive: true })
    expect(await peer.call(1, 'BasicConsume', { arguments: { [name]: 1 } })).toMatchObject(
      method('BasicConsumeOk'),
    )
  },
)
