import { expect, test } from 'vitest'

import { useBroker } from '../../src/testing/vitest.ts'
import { openClient, send } from './support/client.ts'

const broker = await useBroker()

/** For what is expected to fail. */
const soon = { timeout: 50 }

/** The first line of the message with which an assertion fails. */
async function reason(assertion: Promise<unknown>): Promise<string> {
  const error = await assertion.then(
    () => new Error('it passed'),
    (failed: Error) => failed,
  )
  return error.message.split('\n')[0] ?? ''
}

test('matchers see what happened to the messages of a queue', async () => {
  await using client = await openClient(broker)
  const { channel } = client
  await channel.assertQueue('orders')
  await send(client, 'orders', '{"id":17}', 'reject me')
  const orders = broker.queue('orders')
  await expect(orders).toHaveReceived({ id: expect.any(Number) })
  await expect(orders).toHaveReceived(expect.stringMatching(/^reject/), { routingKey: 'orders' })
  await expect(orders).toHoldMessages(2)
  await channel.consume('orders', (message) => {
    if (message?.content.toString() === '{"id":17}') channel.ack(message)
    else if (message) channel.reject(message, !message.fields.redelivered)
  })
  await expect(orders).toHaveDelivered('reject me', { redelivered: true })
  await expect(orders).toHaveAcked({ id: 17 })
  await expect(orders).toHaveRequeued('reject me')
  await expect(orders).toHaveDeadLettered('reject me', { reason: 'rejected' })
  await expect(orders).toHoldMessages(0)
  await expect(orders).not.toHaveAcked('reject me')
  await expect(orders).not.toHoldMessages(1)
})

test('a matcher for an exchange sees what was published to it', async () => {
  await using client = await openClient(broker)
  client.channel.publish('amq.topic', 'user.added', Buffer.from('ada'), { type: 'user' })
  const details = { routingKey: 'user.added', properties: { type: 'user' } }
  await expect(broker.exchange('amq.topic')).toHaveReceived('ada', details)
  await expect(broker.exchange('amq.direct')).not.toHaveReceived('ada')
  await client.channel.waitForConfirms()
})

test('each test begins with an empty history', () => {
  expect(broker.queue('orders').received).toEqual([])
})

test('a failure says what was expected in a line, and tells the history below it', async () => {
  await using client = await openClient(broker)
  await client.channel.assertQueue('orders')
  await send(client, 'orders', '{"id":17}')
  const orders = broker.queue('orders')
  const like = expect.objectContaining({ id: 18, tags: ['a'] })
  expect(await reason(expect(orders).toHaveReceived(like, soon))).toBe(
    'queue "orders": no message ObjectContaining { "id": 18, "tags": [ "a" ] } was received within 50 ms',
  )
  const paid = { headers: { paid: true }, ...soon }
  expect(await reason(expect(orders).toHaveReceived('x', paid))).toBe(
    'queue "orders": no message "x" with { "headers": { "paid": true } } was received within 50 ms',
  )
  expect(await reason(expect(orders).not.toHaveReceived({ id: 17 }))).toBe(
    'queue "orders": 1 message { "id": 17 } was received',
  )
  expect(await reason(expect(orders).toHoldMessages(2, soon))).toBe(
    'queue "orders" holds 1 message after 50 ms, but should hold 2 messages',
  )
  expect(await reason(expect(orders).not.toHoldMessages(1))).toBe('queue "orders" holds 1 message')
  expect(await reason(expect(broker.exchange('amq.topic')).toHaveReceived(undefined, soon))).toBe(
    'exchange "amq.topic": no message was published within 50 ms',
  )
  await expect(expect(orders).toHaveAcked(undefined, soon)).rejects.toThrow(
    /#\d+ \{"id":17\} {2}by routing key/,
  )
})

test('a matcher refuses what is neither a queue nor an exchange of the broker', async () => {
  expect(await reason(expect('orders').toHaveReceived('x'))).toBe(
    'toHaveReceived expects the result of broker.queue(name), or of broker.exchange(name)',
  )
  expect(await reason(expect(broker.exchange('amq.topic')).toHaveAcked('x'))).toBe(
    'toHaveAcked expects the result of broker.queue(name)',
  )
})
