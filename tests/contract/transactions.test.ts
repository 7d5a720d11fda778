import { expect } from 'vitest'

import { fieldsOf } from './support/codec.ts'
import { test, unique } from './support/contract.ts'
import { channelClose, method } from './support/expected.ts'
import type { Peer } from './support/peer.ts'

async function transactional(peer: Peer): Promise<string> {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'TxSelect')
  await peer.ok(2, 'ChannelOpen')
  return String(queue)
}

async function held(peer: Peer, channel: number, queue: string): Promise<number> {
  peer.send(channel, 'BasicGet', { queue })
  const [ok] = await peer.take(3)
  return Number(fieldsOf(ok)['deliveryTag'])
}

test('publishes on commit, and not before', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(1, { routingKey: queue, body: 'x' })
  // After a synchronous call on the same channel, the broker has handled the publish.
  await peer.ok(1, 'BasicQos')
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(method('BasicGetEmpty', {}, 2))
  await peer.ok(1, 'TxCommit')
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(method('BasicGetOk', {}, 2))
})

test('routes when it publishes, not on commit', async ({ peer }) => {
  const queue = await transactional(peer)
  const binding = { queue, exchange: 'amq.fanout', routingKey: '' }
  await peer.ok(1, 'QueueBind', binding)
  peer.publish(1, { exchange: 'amq.fanout', body: 'x', mandatory: true })
  await peer.ok(1, 'QueueUnbind', binding)
  await peer.ok(1, 'TxCommit')
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(method('BasicGetOk', {}, 2))
})

test('does not deliver to a queue that is bound after the publish', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(1, { exchange: 'amq.fanout', body: 'x' })
  await peer.ok(1, 'QueueBind', { queue, exchange: 'amq.fanout', routingKey: '' })
  await peer.ok(1, 'TxCommit')
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(method('BasicGetEmpty', {}, 2))
})

test('refuses to commit a message whose queue has been deleted', async ({ peer }) => {
  await transactional(peer)
  const queue = unique('deleted')
  await peer.ok(2, 'QueueDeclare', { queue, exclusive: true })
  peer.publish(1, { routingKey: queue, body: 'x', mandatory: true })
  await peer.ok(1, 'BasicQos')
  await peer.ok(2, 'QueueDelete', { queue })
  const answer = await peer.call(1, 'TxCommit')
  // RabbitMQ closes the whole connection if there is no new queue of that name.
  expect('name' in answer && answer.name).toMatch(/^(Channel|Connection)Close$/)
})

test('commits a reply to a client that no longer waits for it', async ({ peer }) => {
  await transactional(peer)
  const replyTo = 'amq.rabbitmq.reply-to'
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(2, 'BasicConsume', { queue: replyTo, consumerTag: 'replies', noAck: true })
  peer.publish(2, { routingKey: String(queue), properties: { replyTo } })
  await peer.ok(2, 'BasicQos')
  peer.send(1, 'BasicGet', { queue, noAck: true })
  const [, content] = await peer.take(2)
  const properties = content?.kind === 'header' ? content.properties : {}
  peer.publish(1, { routingKey: String(properties['replyTo']), body: 'late' })
  await peer.ok(1, 'BasicQos')
  await peer.ok(2, 'BasicCancel', { consumerTag: 'replies' })
  await peer.ok(1, 'TxCommit')
  expect(await peer.call(2, 'BasicQos')).toEqual(method('BasicQosOk', {}, 2))
})

test('drops published messages on rollback', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(1, { routingKey: queue, body: 'x' })
  await peer.ok(1, 'TxRollback')
  await peer.ok(1, 'TxCommit')
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(method('BasicGetEmpty', {}, 2))
})

test('returns a mandatory message on commit', async ({ peer }) => {
  await transactional(peer)
  peer.publish(1, { routingKey: 'nobody', mandatory: true })
  const [first, , third] = [await peer.call(1, 'TxCommit'), ...(await peer.take(2))]
  expect([first, third]).toEqual([
    method('BasicReturn', {
      replyCode: 312,
      replyText: 'NO_ROUTE',
      exchange: '',
      routingKey: 'nobody',
    }),
    method('TxCommitOk'),
  ])
})

test('acknowledges on commit', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(2, { routingKey: queue, body: 'x' })
  await peer.ok(2, 'BasicQos')
  const deliveryTag = await held(peer, 1, queue)
  peer.send(1, 'BasicAck', { deliveryTag })
  await peer.ok(1, 'TxCommit')
  await peer.ok(1, 'ChannelClose', { replyCode: 200, replyText: '', classId: 0, methodId: 0 })
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(method('BasicGetEmpty', {}, 2))
})

test('requeues a message whose ack was not committed', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(2, { routingKey: queue, body: 'x' })
  await peer.ok(2, 'BasicQos')
  peer.send(1, 'BasicAck', { deliveryTag: await held(peer, 1, queue) })
  await peer.ok(1, 'ChannelClose', { replyCode: 200, replyText: '', classId: 0, methodId: 0 })
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(
    method('BasicGetOk', { redelivered: true }, 2),
  )
})

test('cancels an acknowledgement on rollback', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(2, { routingKey: queue, body: 'x' })
  await peer.ok(2, 'BasicQos')
  const deliveryTag = await held(peer, 1, queue)
  peer.send(1, 'BasicAck', { deliveryTag })
  await peer.ok(1, 'TxRollback')
  peer.send(1, 'BasicAck', { deliveryTag })
  expect(await peer.call(1, 'TxCommit')).toEqual(method('TxCommitOk'))
})

test('refuses a second ack of the same tag in a transaction', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(2, { routingKey: queue, body: 'x' })
  await peer.ok(2, 'BasicQos')
  const deliveryTag = await held(peer, 1, queue)
  peer.send(1, 'BasicAck', { deliveryTag })
  expect(await peer.call(1, 'BasicAck', { deliveryTag })).toEqual(
    channelClose(406, `PRECONDITION_FAILED - unknown delivery tag ${deliveryTag}`, {
      by: 'BasicAck',
    }),
  )
})

test('accepts an ack of all messages in a transaction when there are none', async ({ peer }) => {
  await transactional(peer)
  peer.send(1, 'BasicAck', { deliveryTag: 0, multiple: true })
  expect(await peer.call(1, 'TxCommit')).toEqual(method('TxCommitOk'))
})

test('requeues on recover inside a transaction', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(2, { routingKey: queue, body: 'x' })
  await peer.ok(2, 'BasicQos')
  await held(peer, 1, queue)
  await peer.ok(1, 'BasicRecover', { requeue: true })
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(
    method('BasicGetOk', { redelivered: true }, 2),
  )
})

test('rejects on commit, and not before', async ({ peer }) => {
  const queue = await transactional(peer)
  peer.publish(2, { routingKey: queue, body: 'x' })
  await peer.ok(2, 'BasicQos')
  const deliveryTag = await held(peer, 1, queue)
  peer.send(1, 'BasicReject', { deliveryTag, requeue: true })
  await peer.ok(1, 'BasicQos')
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(method('BasicGetEmpty', {}, 2))
  await peer.ok(1, 'TxCommit')
  expect(await peer.call(2, 'BasicGet', { queue })).toMatchObject(method('BasicGetOk', {}, 2))
})

test('accepts tx.select twice', async ({ peer }) => {
  await transactional(peer)
  expect(await peer.call(1, 'TxSelect')).toEqual(method('TxSelectOk'))
})

test.for(['TxCommit', 'TxRollback'])('refuses %s without a transaction', async (by, { peer }) => {
  expect(await peer.call(1, by)).toEqual(
    channelClose(406, 'PRECONDITION_FAILED - channel is not transactional', { by }),
  )
})

test('refuses transactions on a channel with confirms', async ({ peer }) => {
  await peer.ok(1, 'ConfirmSelect')
  expect(await peer.call(1, 'TxSelect')).toEqual(
    channelClose(406, 'PRECONDITION_FAILED - cannot switch from confirm to tx mode', {
      by: 'TxSelect',
    }),
  )
})

test('refuses confirms on a channel with transactions', async ({ peer }) => {
  await peer.ok(1, 'TxSelect')
  expect(await peer.call(1, 'ConfirmSelect')).toEqual(
    channelClose(406, 'PRECONDITION_FAILED - cannot switch from tx to confirm mode', {
      by: 'ConfirmSelect',
    }),
  )
})
