import { waitFor } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import { Client } from './support/client.ts'
import { since, unique } from './support/contract.ts'
import { channelClose, connectionClose, method } from './support/expected.ts'
import { consume, fill, publish, ready } from './support/messages.ts'
import { numbered, offsetOf, offsets, readFrom, streamOf } from './support/streams.ts'

const test = since('4.3')
const first = { arguments: { 'x-stream-offset': 'first' } }

test('every consumer gets every message', async ({ channel }) => {
  const queue = await streamOf(channel, numbered(20))
  const inboxes = [await readFrom(channel, queue, 'first'), await readFrom(channel, queue, 'first')]
  for (const inbox of inboxes) {
    await inbox.has(20)
    expect(inbox.bodies()).toEqual(numbered(20))
  }
})

test('a consumer needs a prefetch count', async ({ broker, channel, peer }) => {
  const queue = await streamOf(channel, [])
  for (const noAck of [false, true]) {
    await peer.openChannel(noAck ? 3 : 2)
    const by = { by: 'BasicConsume', channel: noAck ? 3 : 2 }
    expect(await peer.call(by.channel, 'BasicConsume', { queue, noAck })).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - consumer prefetch count is not set for stream queue '${queue}' in vhost '${broker.vhost}'`,
        by,
      ),
    )
  }
})

test('a consumer has to acknowledge', async ({ broker, channel, peer }) => {
  const queue = await streamOf(channel, [])
  await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
  expect(await peer.call(1, 'BasicConsume', { queue, noAck: true })).toEqual(
    connectionClose(
      540,
      `NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queue '${queue}' in vhost '${broker.vhost}'`,
      'BasicConsume',
    ),
  )
})

test.for(['x-priority', 'x-consumer-timeout'])(
  'a consumer has no argument %s',
  async (name, { broker, channel, peer }) => {
    const queue = await streamOf(channel, [])
    await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
    expect(await peer.call(1, 'BasicConsume', { queue, arguments: { [name]: 1 } })).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid arg '${name}' for queue '${queue}' in vhost '${broker.vhost}' of queue type rabbit_stream_queue`,
        { by: 'BasicConsume' },
      ),
    )
  },
)

test.for(['x-stream-offset', 'x-stream-filter', 'x-stream-match-unfiltered'])(
  'a consumer of a classic queue has no argument %s',
  async (name, { broker, channel, peer }) => {
    const { queue } = await channel.assertQueue(unique('classic'), { durable: true })
    expect(await peer.call(1, 'BasicConsume', { queue, arguments: { [name]: 'first' } })).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid arg '${name}' for queue '${queue}' in vhost '${broker.vhost}' of queue type rabbit_classic_queue`,
        { by: 'BasicConsume' },
      ),
    )
  },
)

test('an exclusive consumer does not keep others out', async ({ channel }) => {
  const queue = await streamOf(channel, ['m'])
  await channel.prefetch(1)
  const one = await consume(channel, queue, { ...first, exclusive: true })
  const other = await consume(channel, queue, { ...first, exclusive: true })
  await one.has(1)
  await other.has(1)
})

test('the prefetch count limits unacknowledged messages, and acks give credit', async ({
  channel,
}) => {
  const queue = await streamOf(channel, numbered(10))
  await channel.prefetch(3)
  const inbox = await consume(channel, queue, first)
  const [one, two, three] = await inbox.has(3)
  const marker = await readFrom(channel, queue, 'first')
  await marker.has(10)
  expect(inbox.messages).toHaveLength(3)
  if (two !== undefined) channel.ack(two)
  await inbox.has(4)
  if (one !== undefined && three !== undefined) {
    channel.ack(one)
    channel.ack(three)
  }
  await inbox.has(6)
  expect(offsets(inbox)).toEqual([0, 1, 2, 3, 4, 5])
})

test('an ack with multiple gives credit for each message', async ({ channel }) => {
  const queue = await streamOf(channel, numbered(10))
  await channel.prefetch(5)
  const inbox = await consume(channel, queue, first)
  const messages = await inbox.has(5)
  channel.ackAll()
  await inbox.has(10)
  expect(messages.map(offsetOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

const refusals = [
  ['nack with requeue', 'BasicNack', { requeue: true, multiple: false }],
  ['nack', 'BasicNack', { requeue: false, multiple: false }],
  ['reject with requeue', 'BasicReject', { requeue: true }],
  ['reject', 'BasicReject', { requeue: false }],
] as const

test.for(refusals)(
  '%s gives credit, and the message is not redelivered',
  async (refusal, { channel, peer }) => {
    const [, name, fields] = refusal
    const queue = await streamOf(channel, ['m0', 'm1', 'm2'])
    await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
    peer.send(1, 'BasicConsume', { queue, ...first })
    await peer.next()
    const bodies: string[] = []
    for (const deliveryTag of [1, 2, 3]) {
      const [deliver, , content] = await peer.take(3)
      expect(deliver).toMatchObject(method('BasicDeliver', { deliveryTag, redelivered: false }))
      if (content?.kind === 'body') bodies.push(content.body.toString())
      peer.send(1, name, { deliveryTag, ...fields })
    }
    expect(bodies).toEqual(['m0', 'm1', 'm2'])
  },
)

test('basic.recover gives credit for all messages', async ({ channel }) => {
  const queue = await streamOf(channel, numbered(10))
  await channel.prefetch(3)
  const inbox = await consume(channel, queue, first)
  await inbox.has(3)
  await channel.recover()
  await inbox.has(6)
  expect(offsets(inbox)).toEqual([0, 1, 2, 3, 4, 5])
})

test('a new consumer starts again, whatever the last one acknowledged', async ({
  broker,
  channel,
}) => {
  const queue = await streamOf(channel, numbered(5))
  {
    await using other = await Client.open(broker.url)
    const inbox = await readFrom(await other.openChannel(), queue, 'first')
    await inbox.has(5)
  }
  const again = await readFrom(channel, queue, 'first')
  await again.has(5)
  expect(again.messages.every(({ fields }) => !fields.redelivered)).toBe(true)
})

test('acknowledging after basic.cancel is allowed', async ({ channel }) => {
  const queue = await streamOf(channel, numbered(5))
  await channel.prefetch(2)
  const inbox = await consume(channel, queue, first)
  const messages = await inbox.has(2)
  await channel.cancel(inbox.consumerTag)
  for (const message of messages) channel.ack(message)
  await channel.checkQueue(queue)
  expect(inbox.messages).toHaveLength(2)
})

test('basic.get is not implemented', async ({ broker, channel, peer }) => {
  const queue = await streamOf(channel, ['m'])
  expect(await peer.call(1, 'BasicGet', { queue })).toEqual(
    connectionClose(
      540,
      `NOT_IMPLEMENTED - basic.get not supported by stream queues queue '${queue}' in vhost '${broker.vhost}'`,
      'BasicGet',
    ),
  )
})

test('consumers are cancelled when the stream is deleted', async ({ channel }) => {
  const queue = await streamOf(channel, ['m'])
  const inbox = await readFrom(channel, queue, 'first')
  await inbox.has(1)
  expect(await channel.deleteQueue(queue)).toEqual({ messageCount: 0 })
  await waitFor('the cancellation', () => inbox.cancelled)
})

test('queue.declare-ok counts no consumers, and messages after a while', async ({ channel }) => {
  const queue = await streamOf(channel, numbered(7))
  const inbox = await readFrom(channel, queue, 'first')
  await inbox.has(7)
  // RabbitMQ updates this count every five seconds.
  await waitFor('the count', async () => (await ready(channel, queue)) === 7, { interval: 250 })
  expect(await channel.checkQueue(queue)).toEqual({ queue, messageCount: 7, consumerCount: 0 })
})

test('exchanges route to streams as to queues', async ({ channel }) => {
  const queue = await streamOf(channel, [])
  const { queue: classic } = await channel.assertQueue(unique('classic'), { durable: true })
  for (const each of [queue, classic]) await channel.bindQueue(each, 'amq.topic', `${queue}.#`)
  const key = `${queue}.a`
  await publish(channel, { exchange: 'amq.topic', key }, { body: 'm', mandatory: true })
  const inbox = await readFrom(channel, queue, 'first')
  const [message] = await inbox.has(1)
  expect(message?.fields).toMatchObject({ exchange: 'amq.topic', routingKey: key })
  expect(await channel.get(classic, { noAck: true })).toMatchObject({ content: Buffer.from('m') })
})

test('large messages and small ones keep their order', async ({ channel }) => {
  const bodies = numbered(60).map((body, at) => body.repeat(at % 3 === 0 ? 50_000 : 1))
  const queue = await streamOf(channel, bodies)
  const inbox = await readFrom(channel, queue, 'first')
  await inbox.has(60)
  expect(inbox.bodies()).toEqual(bodies)
})

test('a consumer that waits gets messages as they come', async ({ channel }) => {
  const queue = await streamOf(channel, [])
  const inbox = await readFrom(channel, queue, 'next')
  for (const body of numbered(5)) {
    await fill(channel, queue, [body])
    await inbox.has(Number(body.slice(1)) + 1)
  }
  expect(offsets(inbox)).toEqual([0, 1, 2, 3, 4])
})
