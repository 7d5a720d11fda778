import { expect } from 'vitest'

import { fieldsOf, type Fields } from './support/codec.ts'
import { quorum, unique } from './support/contract.ts'
import { channelClose } from './support/expected.ts'
import { Firehose, test } from './support/firehose.ts'
import { setTracing } from './support/operator.ts'
import { Peer } from './support/peer.ts'

const connection = expect.stringMatching(/^\S+:\d+ -> \S+:\d+$/)
const node = expect.stringMatching(/^rabbit@./)

async function declare(peer: Peer, options: Fields = {}): Promise<string> {
  const queue = unique('traced')
  await peer.ok(1, 'QueueDeclare', { queue, durable: true, ...options })
  return queue
}

async function get(peer: Peer, queue: string, noAck = true): Promise<number> {
  peer.send(1, 'BasicGet', { queue, noAck })
  const [ok] = await peer.take(3)
  return Number(fieldsOf(ok)['deliveryTag'])
}

test('traces a publish, with its exchange, routing keys and queues', async ({
  broker,
  peer,
  firehose,
}) => {
  const [one, two] = [await declare(peer), await declare(peer)]
  const exchange = unique('logs')
  await peer.ok(1, 'ExchangeDeclare', { exchange, type: 'topic' })
  for (const [queue, routingKey] of [
    [one, 'a.*'],
    [one, '#'],
    [two, 'c'],
  ])
    await peer.ok(1, 'QueueBind', { queue, exchange, routingKey })
  const headers = { z: 1, BCC: ['d'], CC: ['c'], a: { z: 1, a: 2 } }
  peer.publish(1, { exchange, routingKey: 'a.b', body: 'x', properties: { headers } })
  const trace = await firehose.next()
  expect(trace).toMatchObject({ key: `publish.${exchange}`, properties: {}, body: 'x' })
  expect(trace.headers).toEqual({
    exchange_name: exchange,
    routing_keys: ['a.b', 'c', 'd'],
    properties: { headers: { CC: ['c'], a: { z: 1, a: 2 }, z: 1 } },
    node,
    vhost: broker.vhost,
    connection,
    channel: 1,
    user: 'guest',
    routed_queues: [one, two].toSorted().toReversed(),
  })
})

test('has the name that the client gave its connection, on the embedded broker only', async ({
  broker,
  firehose,
}) => {
  await using peer = await Peer.open(broker.url, { name: 'the baker' })
  peer.publish(1, { exchange: 'amq.direct', body: 'x' })
  const name = broker.embedded === undefined ? undefined : 'the baker'
  expect((await firehose.next()).headers['user_provided_name']).toBe(name)
})

test('lists the queues of a publish in descending order', async ({ peer, firehose }) => {
  const exchange = unique('logs')
  await peer.ok(1, 'ExchangeDeclare', { exchange, type: 'fanout' })
  const queues = ['b', 'é', 'a', 'B', 'ab'].map((name) => `${name}-${exchange}`)
  for (const queue of queues) {
    await peer.ok(1, 'QueueDeclare', { queue, exclusive: true })
    await peer.ok(1, 'QueueBind', { queue, exchange })
  }
  peer.publish(1, { exchange, body: 'x' })
  expect((await firehose.next()).headers).toMatchObject({
    routed_queues: queues.toSorted().toReversed(),
  })
})

test('traces a delivery to a consumer and to basic.get', async ({ broker, peer, firehose }) => {
  const queue = await declare(peer)
  peer.publish(1, { routingKey: queue, body: 'x', properties: { contentType: 'text/plain' } })
  expect(await firehose.next()).toMatchObject({ key: 'publish.' })
  const tag = await get(peer, queue, false)
  const delivered = {
    exchange_name: '',
    routing_keys: [queue],
    properties: { content_type: 'text/plain' },
    node,
    vhost: broker.vhost,
    connection,
    channel: 1,
    user: 'guest',
  }
  const first = await firehose.next()
  expect(first).toMatchObject({ key: `deliver.${queue}`, properties: {}, body: 'x' })
  expect(first.headers).toEqual({ ...delivered, redelivered: 0 })
  peer.send(1, 'BasicNack', { deliveryTag: tag, requeue: true })
  await peer.ok(2, 'ChannelOpen')
  await peer.ok(2, 'BasicConsume', { queue })
  const again = await firehose.next()
  expect(again.key).toBe(`deliver.${queue}`)
  expect(again.headers).toEqual({ ...delivered, channel: 2, redelivered: 1 })
})

test('names the properties as AMQP does, and sorts the headers', async ({ peer, firehose }) => {
  const queue = await declare(peer)
  const properties = {
    contentType: 'text/plain',
    contentEncoding: 'gzip',
    headers: { b: 1, a: 2 },
    deliveryMode: 2,
    priority: 7,
    correlationId: 'correlation',
    replyTo: 'reply',
    expiration: '60000',
    messageId: 'message',
    timestamp: 4_789_000_000,
    type: 'type',
    userId: 'guest',
    appId: 'app',
    clusterId: 'cluster',
  }
  peer.publish(1, { routingKey: queue, body: 'x', properties })
  const { headers, octets } = await firehose.next()
  expect(Object.keys(headers)).toEqual(Object.keys(headers).toSorted())
  const traced = headers['properties'] as { readonly headers: Fields }
  expect(Object.keys(traced.headers)).toEqual(['a', 'b'])
  expect(Object.entries(traced)).toEqual([
    ['cluster_id', 'cluster'],
    ['app_id', 'app'],
    ['user_id', 'guest'],
    ['type', 'type'],
    // Only 32 bits of it.
    ['timestamp', 4_789_000_000 % 2 ** 32],
    ['message_id', 'message'],
    ['expiration', '60000'],
    ['reply_to', 'reply'],
    ['correlation_id', 'correlation'],
    ['priority', 7],
    ['delivery_mode', 2],
    ['headers', { a: 2, b: 1 }],
    ['content_encoding', 'gzip'],
    ['content_type', 'text/plain'],
  ])
  const text = octets.toString('latin1')
  // The octet after the name is the type: a 32-bit integer.
  for (const name of ['channel', 'timestamp', 'priority', 'delivery_mode'])
    expect(text).toContain(`${name}I`)
})

test('traces a message that no queue matches', async ({ peer, firehose }) => {
  peer.publish(1, { exchange: 'amq.direct', routingKey: 'nowhere', body: 'x' })
  expect((await firehose.next()).headers).toMatchObject({
    exchange_name: 'amq.direct',
    routed_queues: [],
  })
})

test('counts each key as a queue of the default exchange', async ({ peer, firehose }) => {
  const headers = { CC: ['b', 'a', 'b'] }
  peer.publish(1, { routingKey: 'nowhere', body: 'x', properties: { headers } })
  expect((await firehose.next()).headers).toMatchObject({
    routing_keys: ['nowhere', 'b', 'a', 'b'],
    routed_queues: ['a', 'b', 'nowhere'],
  })
})

test('traces what a quorum queue adds', async ({ peer, firehose }) => {
  const queue = await declare(peer, quorum())
  peer.publish(1, { routingKey: queue, body: 'x' })
  await firehose.next()
  peer.send(1, 'BasicConsume', { queue })
  const [, deliver] = await peer.take(4)
  expect((await firehose.next()).headers).toMatchObject({ properties: {}, redelivered: 0 })
  const { deliveryTag } = fieldsOf(deliver)
  peer.send(1, 'BasicNack', { deliveryTag, requeue: true })
  expect((await firehose.next()).headers).toMatchObject({
    properties: { headers: { 'x-acquired-count': 1 } },
    redelivered: 1,
  })
})

test('traces the delivery of a dead letter, but not its way to the queue', async ({
  peer,
  firehose,
}) => {
  const dead = await declare(peer)
  const args = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead }
  const queue = await declare(peer, { arguments: args })
  peer.publish(1, { routingKey: queue, body: 'x' })
  peer.send(1, 'BasicReject', { deliveryTag: await get(peer, queue, false), requeue: false })
  await peer.ok(1, 'BasicConsume', { queue: dead, noAck: true })
  expect((await firehose.next()).key).toBe('publish.')
  expect((await firehose.next()).key).toBe(`deliver.${queue}`)
  expect(await firehose.next()).toMatchObject({
    key: `deliver.${dead}`,
    headers: {
      routing_keys: [dead],
      properties: { headers: { 'x-first-death-queue': queue, 'x-death': [{ queue }] } },
    },
  })
})

test('traces a direct reply', async ({ peer, firehose }) => {
  const queue = await declare(peer)
  const replyTo = 'amq.rabbitmq.reply-to'
  await peer.ok(1, 'BasicConsume', { queue: replyTo, noAck: true })
  peer.publish(1, { routingKey: queue, body: 'question', properties: { replyTo } })
  const question = await firehose.next()
  const { reply_to: address } = question.headers['properties'] as { reply_to: string }
  expect(address).toMatch(/^amq\.rabbitmq\.reply-to\../)
  peer.publish(1, { routingKey: address, body: 'answer' })
  expect(await firehose.next()).toMatchObject({
    key: 'publish.',
    headers: { routing_keys: [address], routed_queues: [address] },
  })
  expect(await firehose.next()).toMatchObject({
    key: `deliver.${address}`,
    headers: { redelivered: 0 },
    body: 'answer',
  })
})

test('traces a publish of a transaction before the commit', async ({ peer, firehose }) => {
  const queue = await declare(peer)
  await peer.ok(1, 'TxSelect')
  peer.publish(1, { routingKey: queue, body: 'x' })
  expect((await firehose.next()).headers).toMatchObject({ routed_queues: [queue] })
})

test('does not trace its own messages', async ({ peer, firehose }) => {
  const queue = await declare(peer)
  const binding = { queue, exchange: 'amq.rabbitmq.trace', routingKey: 'publish.amq.direct' }
  await peer.ok(1, 'QueueBind', binding)
  peer.publish(1, { exchange: 'amq.direct', body: 'traced' })
  expect((await firehose.next()).body).toBe('traced')
  await peer.ok(1, 'BasicConsume', { queue, noAck: true })
  await peer.take(3)
  peer.publish(1, { exchange: 'amq.fanout', body: 'next' })
  expect((await firehose.next()).key).toBe('publish.amq.fanout')
})

test('routes its keys as topics', async ({ broker, peer, firehose }) => {
  await using publishes = await Firehose.open(broker.url, 'publish.#')
  const queue = await declare(peer)
  for (const body of ['a', 'b']) {
    peer.publish(1, { routingKey: queue, body })
    await get(peer, queue)
  }
  expect([(await publishes.next()).body, (await publishes.next()).body]).toEqual(['a', 'b'])
  expect((await firehose.next()).key).toBe('publish.')
})

test('stops when tracing is turned off', async ({ broker, peer, firehose }) => {
  peer.publish(1, { exchange: 'amq.direct', body: 'on' })
  expect((await firehose.next()).body).toBe('on')
  await setTracing(broker, false)
  peer.publish(1, { exchange: 'amq.direct', body: 'off' })
  await peer.ok(1, 'BasicQos')
  await setTracing(broker, true)
  peer.publish(1, { exchange: 'amq.direct', body: 'on again' })
  expect((await firehose.next()).body).toBe('on again')
})

test('lets no client publish to its exchange', async ({ peer, broker }) => {
  peer.publish(1, { exchange: 'amq.rabbitmq.trace', body: 'x' })
  expect(await peer.next()).toEqual(
    channelClose(
      403,
      `ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.trace' in vhost '${broker.vhost}'`,
      { by: 'BasicPublish' },
    ),
  )
})
