import { expect } from 'vitest'

import { quorum, since, test as base, unique } from './support/contract.ts'
import { method } from './support/expected.ts'
import { consume, drain, fill, hold, ready, take, textOf, untilReady } from './support/messages.ts'

// What a quorum queue has in common with a classic queue. quorum-delivery.test.ts has the differences.
const test = base.extend<{ queue: string }>({
  queue: async ({ channel }, use) => {
    const queue = unique('quorum')
    await channel.assertQueue(queue, quorum())
    await use(queue)
  },
})

test('keeps messages in order', async ({ channel, queue }) => {
  const bodies = Array.from({ length: 200 }, (_, index) => `${index}`)
  await fill(channel, queue, bodies)
  expect(await drain(channel, queue)).toEqual(bodies)
})

test('delivers to its consumers in turn', async ({ channel, queue }) => {
  const inboxes = [await consume(channel, queue), await consume(channel, queue)]
  await fill(channel, queue, 'abcdef')
  for (const inbox of inboxes) await inbox.has(3)
  expect(inboxes.map((inbox) => inbox.bodies().join(''))).toEqual(['ace', 'bdf'])
})

test('delivers no more than the prefetch until there is an ack', async ({ channel, queue }) => {
  await fill(channel, queue, 'abcd')
  await channel.prefetch(2)
  const inbox = await consume(channel, queue)
  const [first] = await inbox.has(2)
  await untilReady(channel, queue, 2)
  if (first !== undefined) channel.ack(first)
  await inbox.has(3)
  await untilReady(channel, queue, 1)
  expect(inbox.bodies()).toEqual(['a', 'b', 'c'])
})

test('delivers to the consumer with the highest priority first', async ({ channel, queue }) => {
  const low = await consume(channel, queue)
  const high = await consume(channel, queue, { priority: 5 })
  await fill(channel, queue, 'abc')
  await high.has(3)
  expect(low.bodies()).toEqual([])
})

test('requeues the unacknowledged messages of a closed channel', async ({
  client,
  channel,
  queue,
}) => {
  await fill(channel, queue, 'abc')
  const other = await client.openChannel()
  for (let count = 0; count < 2; count++) await hold(other, queue)
  await other.close()
  await untilReady(channel, queue, 3)
  const message = await take(channel, queue)
  expect(message.fields.redelivered).toBe(true)
})

test('purges ready messages, and reports how many there were', async ({ channel, queue }) => {
  await fill(channel, queue, 'abc')
  const held = await hold(channel, queue)
  expect(await channel.purgeQueue(queue)).toEqual({ messageCount: 2 })
  channel.nack(held)
  expect(textOf(await take(channel, queue))).toBe('a')
})

test('cancels its consumers when it is deleted', async ({ peer, queue }) => {
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

test('leaves unacknowledged messages with the channel after a cancel', async ({
  channel,
  queue,
}) => {
  const inbox = await consume(channel, queue)
  await fill(channel, queue, 'a')
  const [held] = await inbox.has(1)
  await channel.cancel(inbox.consumerTag)
  await fill(channel, queue, 'b')
  expect(textOf(await take(channel, queue))).toBe('b')
  if (held !== undefined) channel.ack(held)
  expect(await ready(channel, queue)).toBe(0)
})

test('ignores the exclusive flag of a consumer', async ({ channel, queue }) => {
  const inboxes = [
    await consume(channel, queue, { exclusive: true }),
    await consume(channel, queue),
    await consume(channel, queue, { exclusive: true }),
  ]
  await fill(channel, queue, 'abc')
  for (const inbox of inboxes) await inbox.has(1)
  expect(inboxes.map((inbox) => inbox.bodies().join(''))).toEqual(['a', 'b', 'c'])
})

test('accepts an equivalent declare, and refuses another', async ({ client, channel, queue }) => {
  await expect(channel.assertQueue(queue, quorum())).resolves.toMatchObject({ queue })
  await expect(channel.assertQueue(queue)).rejects.toMatchObject({ code: 406 })
  const other = (await client.openChannel()).assertQueue(queue, quorum({ 'x-max-length': 5 }))
  await expect(other).rejects.toMatchObject({ code: 406 })
})

test('redelivers unacknowledged messages on recover', async ({ channel, queue }) => {
  const inbox = await consume(channel, queue)
  await fill(channel, queue, 'a')
  await inbox.has(1)
  await channel.recover()
  const [, again] = await inbox.has(2)
  expect(again?.fields.redelivered).toBe(true)
})

since('4.0')('publishes to a quorum queue in a transaction', async ({ channel, peer }) => {
  const queue = unique('quorum')
  await channel.assertQueue(queue, quorum())
  await peer.ok(1, 'TxSelect')
  peer.publish(1, { routingKey: queue, body: 'x' })
  await peer.ok(1, 'TxCommit')
  expect(textOf(await take(channel, queue))).toBe('x')
})
