import { expect } from 'vitest'

import { unique } from './support/contract.ts'
import { test } from './support/firehose.ts'
import { consume } from './support/messages.ts'
import type { Peer } from './support/peer.ts'

async function declare(peer: Peer): Promise<string> {
  const queue = unique('traced')
  await peer.ok(1, 'QueueDeclare', {
    queue,
    durable: true,
    arguments: { 'x-queue-type': 'stream' },
  })
  return queue
}

test('traces a delivery from a stream, with its offset', async ({ peer, firehose }) => {
  const queue = await declare(peer)
  peer.publish(1, { routingKey: queue, body: 'x', properties: { headers: { a: 1 } } })
  expect((await firehose.next()).headers).toMatchObject({ routed_queues: [queue] })
  await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
  const first = { 'x-stream-offset': 'first' }
  await peer.ok(1, 'BasicConsume', { queue, arguments: first })
  const trace = await firehose.next()
  expect(trace).toMatchObject({ key: `deliver.${queue}`, body: 'x' })
  expect(trace.headers).toMatchObject({
    exchange_name: '',
    routing_keys: [queue],
    properties: { headers: { a: 1, 'x-stream-offset': 0 } },
    redelivered: 0,
  })
})

test('traces the routing keys of a message from a stream, with those of its CC', async ({
  peer,
  firehose,
}) => {
  const queue = await declare(peer)
  const headers = { CC: ['c', 'd'], BCC: ['hidden'] }
  peer.publish(1, { routingKey: queue, body: 'x', properties: { headers } })
  await firehose.next()
  await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
  await peer.ok(1, 'BasicConsume', { queue, arguments: { 'x-stream-offset': 'first' } })
  expect((await firehose.next()).headers).toMatchObject({
    routing_keys: [queue, 'c', 'd'],
    properties: { headers: { CC: ['c', 'd'] } },
  })
})

test('writes traces to a stream', async ({ channel, peer, firehose }) => {
  const log = await declare(peer)
  await peer.ok(1, 'QueueBind', { queue: log, exchange: 'amq.rabbitmq.trace', routingKey: '#' })
  const headers = { CC: ['c'], a: { z: 1 } }
  peer.publish(1, { exchange: 'amq.direct', routingKey: 'no', body: 'x', properties: { headers } })
  await firehose.next()
  await channel.prefetch(1)
  const inbox = await consume(channel, log, { arguments: { 'x-stream-offset': 'first' } })
  const [trace] = await inbox.has(1)
  expect(trace?.fields.routingKey).toBe('publish.amq.direct')
  expect(trace?.properties.headers).toMatchObject({ exchange_name: 'amq.direct', channel: 1 })
})
