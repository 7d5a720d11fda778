import { expect } from 'vitest'

import type { Fields } from './support/codec.ts'
import { since, test, unique } from './support/contract.ts'
import { channelClose, method } from './support/expected.ts'

const refusedByEach: [Fields, string][] = [
  [{ 'x-message-ttl': -1 }, '{value_negative,-1}'],
  [{ 'x-message-ttl': 'abc' }, '"expected integer, got longstr"'],
  [{ 'x-expires': 0 }, '{value_zero,0}'],
  [{ 'x-expires': -1 }, '{value_negative,-1}'],
  [{ 'x-max-length': -1 }, '{value_negative,-1}'],
  [{ 'x-max-length-bytes': -1 }, '{value_negative,-1}'],
  [{ 'x-overflow': 'zz' }, 'invalid_overflow'],
  [{ 'x-dead-letter-routing-key': 'k' }, 'routing_key_but_no_dlx_defined'],
  [{ 'x-single-active-consumer': 'yes' }, '{unacceptable_type,longstr}'],
]

const refusedByClassic: [Fields, string][] = [
  ...refusedByEach,
  [{ 'x-max-priority': 256 }, '{max_value_exceeded,256}'],
  [{ 'x-max-priority': -1 }, '{value_negative,-1}'],
  [{ 'x-queue-type': 'zz' }, `"unsupported queue type 'zz'"`],
]

const refusedByQuorum: [Fields, string][] = [
  ...refusedByEach,
  [{ 'x-dead-letter-strategy': 'zz' }, 'invalid_dlx_strategy'],
  [{ 'x-quorum-initial-group-size': 0 }, '{value_zero,0}'],
]

test.for(refusedByClassic)(
  'refuses %o on a classic queue',
  async ([args, why], { broker, peer }) => {
    const queue = unique('classic')
    const declare = { queue, durable: true, arguments: args }
    expect(await peer.call(1, 'QueueDeclare', declare)).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid arg '${Object.keys(args)[0]}' for queue '${queue}' in vhost '${broker.vhost}': ${why}`,
        { by: 'QueueDeclare' },
      ),
    )
  },
)

test.for(refusedByQuorum)('refuses %o on a quorum queue', async ([args, why], { broker, peer }) => {
  const queue = unique('quorum')
  const declare = { queue, durable: true, arguments: { 'x-queue-type': 'quorum', ...args } }
  expect(await peer.call(1, 'QueueDeclare', declare)).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - invalid arg '${Object.keys(args)[0]}' for queue '${queue}' in vhost '${broker.vhost}': ${why}`,
      { by: 'QueueDeclare' },
    ),
  )
})

test('refuses a dead letter exchange that is not a string', async ({ broker, peer }) => {
  const queue = unique('classic')
  const args = { 'x-dead-letter-exchange': 5 }
  expect(await peer.call(1, 'QueueDeclare', { queue, durable: true, arguments: args })).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - invalid type 'byte' for arg 'x-dead-letter-exchange' in queue '${queue}' in vhost '${broker.vhost}'`,
      { by: 'QueueDeclare' },
    ),
  )
})

const taken: Fields[] = [
  { 'x-message-ttl': 0 },
  { 'x-max-length': 0 },
  { 'x-max-priority': 0 },
  { 'x-max-priority': 255 },
  { 'x-queue-mode': 'lazy' },
  { 'x-queue-version': 2 },
  { 'x-unknown': 'y' },
  { 'x-overflow': 'reject-publish-dlx' },
  { 'x-dead-letter-exchange': 'not-there-yet' },
]

test.for(taken)('accepts %o on a classic queue', async (args, { peer }) => {
  const queue = unique('classic')
  expect(await peer.call(1, 'QueueDeclare', { queue, exclusive: true, arguments: args })).toEqual(
    method('QueueDeclareOk', { queue, messageCount: 0, consumerCount: 0 }),
  )
})

const refusedForQuorum: [string, Fields, string][] = [
  ['an exclusive', { exclusive: true }, 'exclusive-owner'],
  ['an auto-delete', { autoDelete: true }, 'auto-delete'],
]

test.for(refusedForQuorum)(
  'refuses %s quorum queue',
  async ([, fields, property], { broker, peer }) => {
    const queue = unique('quorum')
    const declare = { queue, durable: true, arguments: { 'x-queue-type': 'quorum' }, ...fields }
    expect(await peer.call(1, 'QueueDeclare', declare)).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid property '${property}' for queue '${queue}' in vhost '${broker.vhost}'`,
        { by: 'QueueDeclare' },
      ),
    )
  },
)

test('refuses a quorum queue without a name', async ({ peer }) => {
  const declare = { queue: '', durable: true, arguments: { 'x-queue-type': 'quorum' } }
  expect(await peer.call(1, 'QueueDeclare', declare)).toEqual(
    channelClose(
      406,
      'PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue',
      { by: 'QueueDeclare' },
    ),
  )
})

test('refuses a transient quorum queue', async ({ peer }) => {
  const args = { 'x-queue-type': 'quorum' }
  const refusal = await peer.call(1, 'QueueDeclare', { queue: unique('q'), arguments: args })
  // 541 if RabbitMQ refuses all transient queues.
  const code = refusal.kind === 'method' ? refusal.fields['replyCode'] : undefined
  expect([406, 541]).toContain(code)
})

const ofTheOtherType: [type: string, args: Fields][] = [
  ['quorum', { 'x-max-priority': 5 }],
  ['quorum', { 'x-queue-mode': 'lazy' }],
  ['classic', { 'x-delivery-limit': 3 }],
  ['classic', { 'x-dead-letter-strategy': 'at-least-once' }],
  ['classic', { 'x-quorum-initial-group-size': 3 }],
]

test.for(ofTheOtherType)(
  'refuses an argument of the wrong type on a %s queue: %o',
  async ([type, args], { broker, peer }) => {
    const queue = unique(type)
    const declare = { queue, durable: true, arguments: { 'x-queue-type': type, ...args } }
    expect(await peer.call(1, 'QueueDeclare', declare)).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - invalid arg '${Object.keys(args)[0]}' for queue '${queue}' in vhost '${broker.vhost}' of queue type rabbit_${type}_queue`,
        { by: 'QueueDeclare' },
      ),
    )
  },
)

const takenByQuorum: Fields[] = [
  { 'x-delivery-limit': 3 },
  { 'x-delivery-limit': -1 },
  { 'x-overflow': 'reject-publish' },
  { 'x-single-active-consumer': true },
  { 'x-dead-letter-exchange': 'amq.fanout', 'x-dead-letter-strategy': 'at-most-once' },
  {
    'x-dead-letter-exchange': 'amq.fanout',
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  },
  { 'x-dead-letter-exchange': 'amq.fanout', 'x-dead-letter-strategy': 'at-least-once' },
  { 'x-quorum-initial-group-size': 3 },
  { 'x-unknown': 1 },
]

test.for(takenByQuorum)('accepts %o on a quorum queue', async (args, { peer }) => {
  const queue = unique('quorum')
  const declare = { queue, durable: true, arguments: { 'x-queue-type': 'quorum', ...args } }
  expect(await peer.call(1, 'QueueDeclare', declare)).toEqual(
    method('QueueDeclareOk', { queue, messageCount: 0, consumerCount: 0 }),
  )
})

const retries: Fields[] = [
  { 'x-delayed-retry-type': 'all', 'x-delayed-retry-min': 10, 'x-delayed-retry-max': 50 },
  { 'x-delayed-retry-type': 'failed', 'x-delayed-retry-min': 10 },
  { 'x-delayed-retry-type': 'returned', 'x-delayed-retry-min': 10 },
  { 'x-delayed-retry-type': 'disabled' },
]

for (const args of retries)
  since('4.3')(`accepts ${JSON.stringify(args)} on a quorum queue`, async ({ peer }) => {
    const declare = { durable: true, arguments: { 'x-queue-type': 'quorum', ...args } }
    expect(
      await peer.call(1, 'QueueDeclare', { queue: unique('retry'), ...declare }),
    ).toMatchObject(method('QueueDeclareOk'))
  })
