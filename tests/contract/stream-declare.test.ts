import { expect } from 'vitest'

import type { Fields } from './support/codec.ts'
import { since, stream, unique } from './support/contract.ts'
import { channelClose, connectionClose, method } from './support/expected.ts'

const test = since('4.3')
const by = 'QueueDeclare'

const taken: Fields[] = [
  { 'x-max-age': '7D' },
  { 'x-max-age': '1Y' },
  { 'x-max-length-bytes': 0 },
  { 'x-stream-max-segment-size-bytes': 3_000_000_000 },
  { 'x-stream-filter-size-bytes': 16 },
  { 'x-stream-filter-size-bytes': 255 },
  { 'x-initial-cluster-size': 3 },
  { 'x-queue-leader-locator': 'balanced' },
  { 'x-unknown': 1 },
]

test.for(taken)('accepts %o on a stream', async (args, { peer }) => {
  const queue = unique('stream')
  expect(await peer.call(1, by, { queue, durable: true, ...stream(args) })).toEqual(
    method('QueueDeclareOk', { queue, messageCount: 0, consumerCount: 0 }),
  )
})

const refused: [Fields, string][] = [
  [{ 'x-max-age': '1x' }, 'invalid_max_age'],
  [{ 'x-max-age': '1 h' }, 'invalid_max_age'],
  [{ 'x-max-age': '0h' }, 'invalid_max_age'],
  [{ 'x-max-age': 5 }, '{unacceptable_type,byte}'],
  [{ 'x-max-length-bytes': -1 }, '{value_negative,-1}'],
  [{ 'x-stream-max-segment-size-bytes': -1 }, '{value_negative,-1}'],
  [{ 'x-stream-max-segment-size-bytes': 'a' }, '"expected integer, got longstr"'],
  [{ 'x-stream-filter-size-bytes': -1 }, '{value_negative,-1}'],
  [{ 'x-initial-cluster-size': 0 }, '{value_zero,0}'],
  [{ 'x-queue-leader-locator': 'zz' }, 'invalid_queue_locator_arg'],
]

test.for(refused)('refuses %o on a stream', async ([args, why], { broker, peer }) => {
  const queue = unique('stream')
  expect(await peer.call(1, by, { queue, durable: true, ...stream(args) })).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - invalid arg '${Object.keys(args)[0]}' for queue '${queue}' in vhost '${broker.vhost}': ${why}`,
      { by },
    ),
  )
})

const wrongSizes: [Fields, string][] = [
  [
    { 'x-stream-max-segment-size-bytes': 3_000_000_001 },
    'Exceeded max value for x-stream-max-segment-size-bytes',
  ],
  [{ 'x-stream-filter-size-bytes': 15 }, 'Invalid value for x-stream-filter-size-bytes'],
  [{ 'x-stream-filter-size-bytes': 256 }, 'Invalid value for x-stream-filter-size-bytes'],
]

test.for(wrongSizes)('refuses the size %o on a stream', async ([args, why], { peer }) => {
  const declare = { queue: unique('stream'), durable: true, ...stream(args) }
  expect(await peer.call(1, by, declare)).toEqual(
    channelClose(406, `PRECONDITION_FAILED - ${why}`, { by }),
  )
})

const ofQueues: Fields[] = [
  { 'x-single-active-consumer': true },
  { 'x-max-length': 1 },
  { 'x-message-ttl': 1 },
  { 'x-expires': 1000 },
  { 'x-dead-letter-exchange': 'a' },
  { 'x-dead-letter-routing-key': 'a' },
  { 'x-overflow': 'drop-head' },
  { 'x-max-priority': 3 },
  { 'x-delivery-limit': 1 },
  { 'x-consumer-timeout': 1 },
  { 'x-queue-mode': 'lazy' },
  { 'x-queue-version': 1 },
  { 'x-quorum-initial-group-size': 1 },
]

test.for(ofQueues)(
  'refuses %o on a stream, because only queues have it',
  async (args, { broker, peer }) => {
    const queue = unique('stream')
    expect(await peer.call(1, by, { queue, durable: true, ...stream(args) })).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid arg '${Object.keys(args)[0]}' for queue '${queue}' in vhost '${broker.vhost}' of queue type rabbit_stream_queue`,
        { by },
      ),
    )
  },
)

const ofStreams: [type: string, args: Fields][] = [
  ['classic', { 'x-max-age': '1h' }],
  ['quorum', { 'x-max-age': '1h' }],
  ['classic', { 'x-stream-max-segment-size-bytes': 1000 }],
  ['quorum', { 'x-initial-cluster-size': 1 }],
]

test.for(ofStreams)(
  'refuses on a %s queue what only streams have: %o',
  async ([type, args], { broker, peer }) => {
    const queue = unique(type)
    const declare = { queue, durable: true, arguments: { 'x-queue-type': type, ...args } }
    expect(await peer.call(1, by, declare)).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid arg '${Object.keys(args)[0]}' for queue '${queue}' in vhost '${broker.vhost}' of queue type rabbit_${type}_queue`,
        { by },
      ),
    )
  },
)

const properties: [string, Fields, string][] = [
  ['an exclusive', { exclusive: true }, 'exclusive-owner'],
  ['an auto-delete', { autoDelete: true }, 'auto-delete'],
  ['an exclusive auto-delete', { exclusive: true, autoDelete: true }, 'auto-delete'],
]

test.for(properties)('refuses %s stream', async ([, fields, property], { broker, peer }) => {
  const queue = unique('stream')
  expect(await peer.call(1, by, { queue, durable: true, ...stream(), ...fields })).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - invalid property '${property}' for queue '${queue}' in vhost '${broker.vhost}'`,
      { by },
    ),
  )
})

test('refuses a transient stream', async ({ peer }) => {
  const refusal = await peer.call(1, by, { queue: unique('stream'), ...stream() })
  // 541 if RabbitMQ refuses all transient queues.
  const code = refusal.kind === 'method' ? refusal.fields['replyCode'] : undefined
  expect([406, 541]).toContain(code)
})

test('refuses a stream without a name', async ({ peer }) => {
  expect(await peer.call(1, by, { queue: '', durable: true, ...stream() })).toEqual(
    channelClose(
      406,
      'PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_stream_queue',
      { by },
    ),
  )
})

const others: [string, Fields, string][] = [
  [
    'classic',
    { durable: true, arguments: {} },
    "'x-queue-type' for $: received 'classic' but current is 'stream'",
  ],
  [
    'quorum',
    { durable: true, arguments: { 'x-queue-type': 'quorum' } },
    "'x-queue-type' for $: received 'quorum' but current is 'stream'",
  ],
  [
    'a transient stream',
    { ...stream({ 'x-max-age': '1h' }) },
    "'durable' for $: received 'false' but current is 'true'",
  ],
  [
    'no age',
    { durable: true, ...stream() },
    "'x-max-age' for $: received none but current is the value '3600000' of type 'longstr'",
  ],
  [
    'another age',
    { durable: true, ...stream({ 'x-max-age': '2h' }) },
    "'x-max-age' for $: received '7200000' but current is '3600000'",
  ],
  [
    'no age at all',
    { durable: true, ...stream({ 'x-max-age': 'zz' }) },
    "'x-max-age' for $: received 'zz' but current is '3600000'",
  ],
]

test.for(others)('refuses to declare it again as %s', async ([, fields, why], { broker, peer }) => {
  const queue = unique('stream')
  await peer.ok(1, by, { queue, durable: true, ...stream({ 'x-max-age': '1h' }) })
  const title = `queue '${queue}' in vhost '${broker.vhost}'`
  expect(await peer.call(1, by, { queue, ...fields })).toEqual(
    channelClose(406, `PRECONDITION_FAILED - inequivalent arg ${why.replace('$', title)}`, { by }),
  )
})

test('accepts a declaration with the same age in another unit', async ({ peer }) => {
  const declare = { queue: unique('stream'), durable: true }
  await peer.ok(1, by, { ...declare, ...stream({ 'x-max-age': '60m' }) })
  await peer.ok(1, by, { ...declare, ...stream({ 'x-max-age': '1h', 'x-expires': 1 }) })
})

test('is not emptied', async ({ broker, peer }) => {
  const queue = unique('stream')
  await peer.ok(1, by, { queue, durable: true, ...stream() })
  expect(await peer.call(1, 'QueuePurge', { queue })).toEqual(
    connectionClose(
      540,
      `NOT_IMPLEMENTED - queue.purge not supported by stream queues queue '${queue}' in vhost '${broker.vhost}'`,
      'QueuePurge',
    ),
  )
})

test('is deleted with its messages, in use or not', async ({ peer }) => {
  const queue = unique('stream')
  await peer.ok(1, by, { queue, durable: true, ...stream() })
  await peer.ok(1, 'BasicQos', { prefetchCount: 1 })
  await peer.ok(1, 'BasicConsume', { queue, consumerTag: 'c' })
  await peer.ok(1, 'ConfirmSelect')
  peer.publish(1, { routingKey: queue, body: 'x' })
  await peer.take(4)
  peer.send(1, 'QueueDelete', { queue, ifUnused: true, ifEmpty: true })
  expect(await peer.take(2)).toEqual(
    expect.arrayContaining([
      method('QueueDeleteOk', { messageCount: 0 }),
      method('BasicCancel', { consumerTag: 'c', nowait: true }),
    ]),
  )
})
