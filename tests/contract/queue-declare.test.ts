import { expect } from 'vitest'

import { Client } from './support/client.ts'
import type { Fields } from './support/codec.ts'
import { quorum, since, test, unique } from './support/contract.ts'
import { channelClose, connectionClose, method } from './support/expected.ts'
import { fill, hold, ready } from './support/messages.ts'

test('generates a queue name if it is empty', async ({ peer }) => {
  expect(await peer.call(1, 'QueueDeclare', { exclusive: true })).toEqual(
    method('QueueDeclareOk', {
      queue: expect.stringMatching(/^amq\.gen-[\w-]{22}$/),
      messageCount: 0,
      consumerCount: 0,
    }),
  )
})

test('generates a different name for each unnamed queue', async ({ channel }) => {
  const one = await channel.assertQueue('', { exclusive: true })
  const two = await channel.assertQueue('', { exclusive: true })
  expect(one.queue).not.toBe(two.queue)
})

test('uses the empty name for the queue that the channel declared last', async ({ peer }) => {
  await peer.ok(1, 'QueueDeclare', { exclusive: true })
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  await peer.ok(1, 'QueueBind', { exchange: 'amq.fanout' })
  await peer.ok(1, 'QueuePurge', {})
  await peer.ok(1, 'BasicConsume', {})
  expect(await peer.call(1, 'QueueDeclare', { queue, passive: true })).toEqual(
    method('QueueDeclareOk', { queue, messageCount: 0, consumerCount: 1 }),
  )
})

test.for([
  ['QueueBind', { exchange: 'amq.direct' }],
  ['BasicConsume', {}],
  ['BasicGet', {}],
  ['QueuePurge', {}],
  ['QueueDelete', {}],
] as const)(
  'refuses %s of the empty name if the channel has declared no queue',
  async ([by, fields], { peer }) => {
    expect(await peer.call(1, by, fields)).toEqual(
      channelClose(404, 'NOT_FOUND - no previously declared queue', { by }),
    )
  },
)

test('reports the numbers of ready messages and consumers', async ({ channel, client }) => {
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await fill(channel, queue, ['a', 'b', 'c'])
  await hold(channel, queue)
  const counts = { queue, messageCount: 2, consumerCount: 0 }
  expect(await channel.checkQueue(queue)).toEqual(counts)
  const other = await client.openChannel()
  await other.prefetch(1)
  await other.consume(queue, () => {})
  expect(await channel.checkQueue(queue)).toMatchObject({ consumerCount: 1 })
})

test('refuses a passive declare of a queue that does not exist', async ({ broker, peer }) => {
  expect(await peer.call(1, 'QueueDeclare', { queue: 'nope', passive: true })).toEqual(
    channelClose(404, `NOT_FOUND - no queue 'nope' in vhost '${broker.vhost}'`, {
      by: 'QueueDeclare',
    }),
  )
})

test('only checks the name in a passive declare', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  const other = { queue, passive: true, durable: true, arguments: { 'x-message-ttl': 5 } }
  expect(await peer.call(1, 'QueueDeclare', other)).toMatchObject(
    method('QueueDeclareOk', { queue }),
  )
})

test('refuses a name with the reserved prefix', async ({ peer }) => {
  expect(await peer.call(1, 'QueueDeclare', { queue: 'amq.x', exclusive: true })).toEqual(
    channelClose(403, "ACCESS_REFUSED - queue name 'amq.x' contains reserved prefix 'amq.*'", {
      by: 'QueueDeclare',
    }),
  )
})

test('refuses to declare a queue whose name it generated', async ({ peer }) => {
  const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
  const text = `ACCESS_REFUSED - queue name '${String(queue)}' contains reserved prefix 'amq.*'`
  expect(await peer.call(1, 'QueueDeclare', { queue, exclusive: true })).toEqual(
    channelClose(403, text, { by: 'QueueDeclare' }),
  )
})

test('removes line breaks from a queue name', async ({ peer }) => {
  const queue = unique('stripped')
  const declared = await peer.ok(1, 'QueueDeclare', { queue: `${queue}\r\n`, exclusive: true })
  expect(declared['queue']).toBe(queue)
})

test('accepts a Unicode name of 255 octets', async ({ channel }) => {
  const queue = 'ü'.repeat(127) + 'x'
  expect(await channel.assertQueue(queue, { exclusive: true })).toMatchObject({ queue })
  await fill(channel, queue, ['x'])
  expect(await ready(channel, queue)).toBe(1)
})

test('does not answer declare with no-wait', async ({ peer }) => {
  const queue = unique('nowait')
  peer.send(1, 'QueueDeclare', { queue, exclusive: true, nowait: true })
  expect(await peer.call(1, 'QueueDeclare', { queue, passive: true })).toMatchObject(
    method('QueueDeclareOk', { queue }),
  )
})

test('closes the channel for an inequivalent declare with no-wait', async ({ peer }) => {
  const queue = unique('nowait')
  await peer.ok(1, 'QueueDeclare', { queue, exclusive: true })
  peer.send(1, 'QueueDeclare', { queue, exclusive: true, autoDelete: true, nowait: true })
  expect(await peer.next()).toMatchObject(method('ChannelClose', { replyCode: 406 }))
})

const equal: [string, Fields, Fields][] = [
  ['x-queue-type classic', {}, { 'x-queue-type': 'classic' }],
  ['an argument that it does not know', {}, { 'x-unknown': 'y' }],
  [
    'an integer of another width',
    { 'x-message-ttl': { '!': 'int64', value: 60_000 } },
    { 'x-message-ttl': { '!': 'int32', value: 60_000 } },
  ],
]

test.for(equal)('accepts a declare that only differs by %s', async ([, one, two], { peer }) => {
  const queue = unique('equal')
  await peer.ok(1, 'QueueDeclare', { queue, exclusive: true, arguments: one })
  expect(await peer.call(1, 'QueueDeclare', { queue, exclusive: true, arguments: two })).toEqual(
    method('QueueDeclareOk', { queue, messageCount: 0, consumerCount: 0 }),
  )
})

const inequivalent: [string, Fields, Fields, string][] = [
  ['durable', {}, { durable: false }, "received 'false' but current is 'true'"],
  ['auto_delete', {}, { autoDelete: true }, "received 'true' but current is 'false'"],
  [
    'x-message-ttl',
    {},
    { arguments: { 'x-message-ttl': 5 } },
    "received the value '5' of type 'byte' but current is none",
  ],
  [
    'x-message-ttl',
    { arguments: { 'x-message-ttl': 100 } },
    { arguments: { 'x-message-ttl': 5 } },
    "received '5' but current is '100'",
  ],
  [
    'x-message-ttl',
    { arguments: { 'x-message-ttl': 100 } },
    { arguments: {} },
    "received none but current is the value '100' of type 'byte'",
  ],
  [
    'x-dead-letter-exchange',
    { arguments: { 'x-dead-letter-exchange': 'a' } },
    { arguments: { 'x-dead-letter-exchange': 'b' } },
    "received 'b' but current is 'a'",
  ],
  [
    'x-max-length',
    {},
    { arguments: { 'x-max-length': 70_000 } },
    "received the value '70000' of type 'signedint' but current is none",
  ],
  [
    'x-overflow',
    {},
    { arguments: { 'x-overflow': 'drop-head' } },
    "received the value 'drop-head' of type 'longstr' but current is none",
  ],
  [
    'x-single-active-consumer',
    {},
    { arguments: { 'x-single-active-consumer': true } },
    "received the value 'true' of type 'bool' but current is none",
  ],
]

test.for(inequivalent)(
  'refuses a declare with a different %s: %s %s',
  async ([argument, one, two, difference], { broker, peer }) => {
    const queue = unique('inequivalent')
    await peer.ok(1, 'QueueDeclare', { queue, durable: true, ...one })
    expect(await peer.call(1, 'QueueDeclare', { queue, durable: true, ...two })).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - inequivalent arg '${argument}' for queue '${queue}' in vhost '${broker.vhost}': ${difference}`,
        { by: 'QueueDeclare' },
      ),
    )
  },
)

since('4.0')('refuses to declare a classic queue as a quorum queue', async ({ broker, peer }) => {
  const queue = unique('classic')
  await peer.ok(1, 'QueueDeclare', { queue, durable: true })
  expect(await peer.call(1, 'QueueDeclare', { queue, durable: true, ...quorum() })).toEqual(
    channelClose(
      406,
      `PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue '${queue}' in vhost '${broker.vhost}': received 'quorum' but current is 'classic'`,
      { by: 'QueueDeclare' },
    ),
  )
})

test('refuses to declare an existing shared queue as exclusive', async ({ broker, peer }) => {
  const queue = unique('shared')
  await peer.ok(1, 'QueueDeclare', { queue, durable: true })
  expect(await peer.call(1, 'QueueDeclare', { queue, durable: true, exclusive: true })).toEqual(
    channelClose(405, lockedText(queue, broker.vhost), { by: 'QueueDeclare' }),
  )
})

const transientRefusal = `INTERNAL_ERROR - Feature \`transient_nonexcl_queues\` is deprecated.
By default, this feature is not permitted anymore.
The feature will be removed from a future major RabbitMQ version, regardless of the configuration; actual version to be determined.
To continue using this feature when it is not permitted by default, set the following parameter in your configuration:`

/** What a build says that permits the feature by default, where its configuration does not. */
const configuredRefusal = `INTERNAL_ERROR - Feature \`transient_nonexcl_queues\` is deprecated.
Its use is not permitted per the configuration (overriding the default, which is permitted):
    "deprecated_features.permit.transient_nonexcl_queues = false"
Its use will not be permitted by default in a future minor RabbitMQ version`

since('4.3')(
  'refuses a transient queue that is not exclusive with 541',
  async ({ broker, peer }) => {
    const texts =
      broker.kind === 'rabbitmq' ? [transientRefusal, configuredRefusal] : [transientRefusal]
    const answers = texts.map((text) => connectionClose(541, text, 'QueueDeclare'))
    const answer = await peer.call(1, 'QueueDeclare', { queue: unique('transient') })
    expect(answers).toContainEqual(answer)
  },
)

since('4.3')('does not create the refused transient queue', async ({ broker, channel }) => {
  const queue = unique('transient')
  await using other = await Client.open(broker.url)
  const refused = (await other.openChannel()).assertQueue(queue, { durable: false })
  await expect(refused).rejects.toBeDefined()
  await expect(channel.checkQueue(queue)).rejects.toMatchObject({ code: 404 })
})

test('does not create a queue whose declare it refused', async ({ client, channel }) => {
  const queue = unique('refused')
  const declare = channel.assertQueue(queue, { messageTtl: -1 })
  await expect(declare).rejects.toMatchObject({ code: 406 })
  const check = (await client.openChannel()).checkQueue(queue)
  await expect(check).rejects.toMatchObject({ code: 404 })
})

function lockedText(queue: string, vhost: string): string {
  return `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${queue}' in vhost '${vhost}'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`
}
