import { expect } from 'vitest'

import type { Fields } from './support/codec.ts'
import { quorum, since, unique } from './support/contract.ts'
import { method } from './support/expected.ts'
import { take } from './support/messages.ts'
import { Peer } from './support/peer.ts'

// Since 4.3, quorum queues and their consumers can have a timeout in milliseconds.
const test = since('4.3')
const brief = { 'x-consumer-timeout': 100 }

/** Delivers one message to the consumer `t`, which does not acknowledge it. */
async function deliverOne(
  peer: Peer,
  { onQueue = {}, onConsumer = {} }: { onQueue?: Fields; onConsumer?: Fields },
): Promise<string> {
  const queue = unique('slow')
  await peer.ok(1, 'QueueDeclare', { queue, durable: true, ...quorum(onQueue) })
  await peer.ok(1, 'BasicConsume', { queue, consumerTag: 't', arguments: onConsumer })
  peer.publish(1, { routingKey: queue, body: 'x' })
  const [deliver] = await peer.take(3)
  expect(deliver).toMatchObject(method('BasicDeliver', { redelivered: false }))
  return queue
}

test.for([
  ['queue', { onQueue: brief }],
  ['consumer', { onConsumer: brief }],
] as const)('cancels a consumer after the timeout of the %s', async ([, timeout], { peer }) => {
  await deliverOne(peer, timeout)
  expect(await peer.next()).toEqual(method('BasicCancel', { consumerTag: 't', nowait: true }))
})

test('delivers a message that timed out to another consumer', async ({ peer, channel }) => {
  const queue = await deliverOne(peer, { onQueue: brief })
  const message = await take(channel, queue)
  expect(message.fields.redelivered).toBe(true)
  expect(message.properties.headers).toEqual({ 'x-acquired-count': 1 })
})

test("keeps the consumer's channel open", async ({ peer }) => {
  await deliverOne(peer, { onQueue: brief })
  expect(await peer.next()).toMatchObject(method('BasicCancel'))
  expect(await peer.call(1, 'BasicQos')).toEqual(method('BasicQosOk'))
})

test('closes the channel of a client without the cancel capability', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { capabilities: {} })
  await deliverOne(peer, { onQueue: brief })
  expect(await peer.next()).toMatchObject(
    method('ChannelClose', {
      replyCode: 406,
      replyText: expect.stringMatching(
        /^PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out\. /,
      ),
      classId: 0,
      methodId: 0,
    }),
  )
})
