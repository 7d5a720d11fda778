import { waitFor } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import { Client } from './support/client.ts'
import type { Fields } from './support/codec.ts'
import { test, unique } from './support/contract.ts'
import { channelClose, method } from './support/expected.ts'
import { consume, fill, hold, ready, take, textOf } from './support/messages.ts'
import { Peer } from './support/peer.ts'

const byOthers: [string, Fields][] = [
  ['QueueDeclare', { passive: true }],
  ['QueueDeclare', { exclusive: true }],
  ['QueueDeclare', { durable: true }],
  ['BasicConsume', {}],
  ['BasicGet', {}],
  ['QueuePurge', {}],
  ['QueueDelete', {}],
  ['QueueBind', { exchange: 'amq.direct' }],
]

test.for(byOthers)(
  'refuses %s %o of an exclusive queue to other connections',
  async ([by, fields], { broker, peer }) => {
    await using owner = await Peer.open(broker.url)
    const queue = unique('exclusive')
    await owner.ok(1, 'QueueDeclare', { queue, exclusive: true })
    expect(await peer.call(1, by, { queue, ...fields })).toEqual(
      channelClose(
        405,
        `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${queue}' in vhost '${broker.vhost}'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`,
        { by },
      ),
    )
  },
)

test('refuses to declare its own exclusive queue as a shared one', async ({ channel }) => {
  const queue = unique('exclusive')
  await channel.assertQueue(queue, { exclusive: true })
  await expect(channel.assertQueue(queue)).rejects.toMatchObject({ code: 405 })
})

test('allows every connection to publish to an exclusive queue', async ({ broker, channel }) => {
  await using other = await Client.open(broker.url)
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(await other.openChannel(), queue, ['from outside'])
  expect(textOf(await take(channel, queue))).toBe('from outside')
})

test('allows every channel of its connection to use an exclusive queue', async ({
  client,
  channel,
}) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  expect(await ready(await client.openChannel(), queue)).toBe(0)
})

test('deletes a durable exclusive queue with its connection', async ({ broker, peer }) => {
  const queue = unique('exclusive')
  await using owner = await Peer.open(broker.url)
  await owner.ok(1, 'QueueDeclare', { queue, exclusive: true, durable: true })
  const goodbye = { replyCode: 200, replyText: '', classId: 0, methodId: 0 }
  await owner.ok(0, 'ConnectionClose', goodbye)
  // It is deleted before close-ok is sent, not some time later.
  expect(await peer.call(1, 'QueueDeclare', { queue, passive: true })).toMatchObject(
    method('ChannelClose', { replyCode: 404 }),
  )
})

test('keeps an exclusive queue when the channel that declared it closes', async ({
  client,
  channel,
}) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.close()
  expect(await ready(await client.openChannel(), queue)).toBe(0)
})

test('keeps a durable queue and its messages when its connection closes', async ({
  broker,
  channel,
}) => {
  const queue = unique('durable')
  {
    await using owner = await Client.open(broker.url)
    const its = await owner.openChannel()
    await its.assertQueue(queue)
    await fill(its, queue, ['kept'])
  }
  expect(textOf(await take(channel, queue))).toBe('kept')
})

test('keeps an auto-delete queue until its first consumer has left', async ({
  client,
  channel,
}) => {
  const { queue } = await channel.assertQueue(unique('auto'), { autoDelete: true })
  const other = await client.openChannel()
  expect(await ready(other, queue)).toBe(0)
  const { consumerTag } = await consume(channel, queue)
  await channel.cancel(consumerTag)
  await expect(other.checkQueue(queue)).rejects.toMatchObject({ code: 404 })
})

test('keeps an auto-delete queue while it has a consumer', async ({ channel }) => {
  const { queue } = await channel.assertQueue(unique('auto'), { autoDelete: true })
  const first = await consume(channel, queue)
  const last = await consume(channel, queue)
  await channel.cancel(first.consumerTag)
  expect(await channel.checkQueue(queue)).toMatchObject({ consumerCount: 1 })
  await channel.cancel(last.consumerTag)
  await expect(channel.checkQueue(queue)).rejects.toMatchObject({ code: 404 })
})

test("deletes an auto-delete queue when its consumer's channel closes", async ({
  client,
  channel,
}) => {
  const { queue } = await channel.assertQueue(unique('auto'), { autoDelete: true })
  const other = await client.openChannel()
  await consume(other, queue)
  await other.close()
  await waitFor('the queue to go', async () => {
    const probe = await client.openChannel()
    return probe.checkQueue(queue).then(
      () => probe.close().then(() => false),
      () => true,
    )
  })
})

test('keeps an auto-delete queue after a get', async ({ channel }) => {
  const { queue } = await channel.assertQueue(unique('auto'), { autoDelete: true })
  await fill(channel, queue, ['x'])
  await take(channel, queue)
  expect(await ready(channel, queue)).toBe(0)
})

test('deletes a queue, and reports how many messages were ready', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, ['a', 'b', 'c'])
  await hold(channel, queue)
  expect(await channel.deleteQueue(queue)).toEqual({ messageCount: 2 })
})

test('confirms the deletion of a queue that does not exist', async ({ peer }) => {
  expect(await peer.call(1, 'QueueDelete', { queue: 'nope' })).toEqual(
    method('QueueDeleteOk', { messageCount: 0 }),
  )
})

test('refuses to delete a queue with messages with if-empty', async ({ broker, peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: String(queue), body: 'x' })
  expect(await peer.next()).toMatchObject(method('BasicAck'))
  expect(await peer.call(1, 'QueueDelete', { queue, ifEmpty: true })).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - queue '${String(queue)}' in vhost '${broker.vhost}' not empty`,
      { by: 'QueueDelete' },
    ),
  )
})

test('refuses to delete a queue with a consumer with if-unused', async ({ broker, peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'BasicConsume', { queue })
  expect(await peer.call(1, 'QueueDelete', { queue, ifUnused: true })).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - queue '${String(queue)}' in vhost '${broker.vhost}' in use`,
      { by: 'QueueDelete' },
    ),
  )
})

test('deletes an empty and unused queue with if-empty and if-unused', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  const both = { ifEmpty: true, ifUnused: true }
  expect(await channel.deleteQueue(queue, both)).toEqual({ messageCount: 0 })
})

test('purges ready messages, but not unacknowledged ones', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, ['a', 'b', 'c'])
  const held = await hold(channel, queue)
  expect(await channel.purgeQueue(queue)).toEqual({ messageCount: 2 })
  channel.nack(held)
  expect(textOf(await take(channel, queue))).toBe('a')
})

test.for(['QueuePurge', 'BasicConsume', 'BasicGet'])(
  'refuses %s for a queue that does not exist',
  async (by, { broker, peer }) => {
    expect(await peer.call(1, by, { queue: 'nope' })).toEqual(
      channelClose(404, `NOT_FOUND - no queue 'nope' in vhost '${broker.vhost}'`, { by }),
    )
  },
)

test.for([
  ['queue', { queue: 'nope', exchange: 'amq.direct' }],
  ['exchange', { exchange: 'nope' }],
] as const)('refuses to bind to a missing %s', async ([what, fields], { broker, peer }) => {
  await peer.ok(1, 'QueueDeclare', { exclusive: true })
  expect(await peer.call(1, 'QueueBind', fields)).toEqual(
    channelClose(404, `NOT_FOUND - no ${what} 'nope' in vhost '${broker.vhost}'`, {
      by: 'QueueBind',
    }),
  )
})

test.for([
  ['binding', { exchange: 'amq.direct' }],
  ['queue', { queue: 'nope', exchange: 'amq.direct' }],
  ['exchange', { exchange: 'nope' }],
] as const)('confirms the unbinding of a missing %s', async ([, fields], { peer }) => {
  await peer.ok(1, 'QueueDeclare', { exclusive: true })
  expect(await peer.call(1, 'QueueUnbind', fields)).toEqual(method('QueueUnbindOk'))
})

test.for(['QueueBind', 'QueueUnbind'])(
  'refuses %s on the default exchange',
  async (by, { peer }) => {
    await peer.ok(1, 'QueueDeclare', { exclusive: true })
    expect(await peer.call(1, by, { exchange: '', routingKey: 'k' })).toEqual(
      channelClose(403, 'ACCESS_REFUSED - operation not permitted on the default exchange', { by }),
    )
  },
)
