import { expect } from 'vitest'

import { test } from './support/contract.ts'
import { body, header, method } from './support/expected.ts'
import { consume, fill, hold, ready } from './support/messages.ts'

test('answers get of an empty queue with get-empty', async ({ peer }) => {
  await peer.ok(1, 'QueueDeclare', { exclusive: true })
  expect(await peer.call(1, 'BasicGet')).toEqual(method('BasicGetEmpty', { clusterId: '' }))
})

test('gets a message with the number of remaining ones', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'ConfirmSelect')
  for (const text of 'abc') {
    peer.publish(1, { routingKey: String(queue), body: text })
    expect(await peer.next()).toMatchObject(method('BasicAck'))
  }
  peer.send(1, 'BasicGet', { queue })
  expect(await peer.take(3)).toEqual([
    method('BasicGetOk', {
      deliveryTag: 1,
      redelivered: false,
      exchange: '',
      routingKey: queue,
      messageCount: 2,
    }),
    header(1),
    body('a'),
  ])
})

test('keeps a message from get unacknowledged until its ack', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'a')
  const other = await client.openChannel()
  await hold(other, queue)
  expect(await channel.get(queue)).toBe(false)
  await other.close()
  expect((await hold(channel, queue)).fields.redelivered).toBe(true)
})

test('drops a message from get with no-ack', async ({ client, channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'a')
  const other = await client.openChannel()
  await other.get(queue, { noAck: true })
  await other.close()
  expect(await ready(channel, queue)).toBe(0)
  expect(await channel.get(queue)).toBe(false)
})

test('does not count messages from get toward the prefetch', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'abc')
  await channel.prefetch(1)
  await hold(channel, queue)
  expect((await hold(channel, queue)).content.toString()).toBe('b')
})

test('numbers deliveries of get and consume together', async ({ channel }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, 'a')
  expect((await hold(channel, queue)).fields.deliveryTag).toBe(1)
  const inbox = await consume(channel, queue)
  await fill(channel, queue, 'b')
  const [delivered] = await inbox.has(1)
  expect(delivered?.fields.deliveryTag).toBe(2)
})
