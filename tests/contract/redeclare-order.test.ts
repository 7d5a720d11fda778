import { expect } from 'vitest'

import type { Fields } from './support/codec.ts'
import { since, unique } from './support/contract.ts'
import { channelClose } from './support/expected.ts'
import type { Peer } from './support/peer.ts'

// Of several arguments that differ, the error names the first in a fixed order, which is not the
// same for both types of queue.
const orders: { type: string; other: string; names: string[] }[] = [
  {
    type: 'classic',
    other: 'quorum',
    names: [
      'x-expires',
      'x-message-ttl',
      'x-dead-letter-exchange',
      'x-dead-letter-routing-key',
      'x-max-length',
      'x-max-length-bytes',
      'x-max-priority',
      'x-overflow',
      'x-queue-mode',
      'x-queue-version',
      'x-single-active-consumer',
      'x-queue-type',
      'x-queue-master-locator',
      'x-queue-leader-locator',
    ],
  },
  {
    type: 'quorum',
    other: 'classic',
    names: [
      'x-dead-letter-exchange',
      'x-dead-letter-routing-key',
      'x-dead-letter-strategy',
      'x-expires',
      'x-max-length',
      'x-max-length-bytes',
      'x-max-in-memory-length',
      'x-max-in-memory-bytes',
      'x-overflow',
      'x-single-active-consumer',
      'x-queue-type',
      'x-quorum-initial-group-size',
      'x-delivery-limit',
      'x-message-ttl',
      'x-queue-leader-locator',
      'x-consumer-disconnected-timeout',
      'x-consumer-timeout',
      'x-delayed-retry-type',
      'x-delayed-retry-min',
      'x-delayed-retry-max',
    ],
  },
]

/** The argument that the broker names when it refuses the declaration. */
async function refusedArgument(peer: Peer, declaration: Fields): Promise<string | undefined> {
  const refusal = await peer.call(1, 'QueueDeclare', declaration)
  expect(refusal).toEqual(channelClose(406, expect.any(String), { by: 'QueueDeclare' }))
  peer.send(1, 'ChannelCloseOk')
  await peer.ok(1, 'ChannelOpen')
  return /inequivalent arg '([^']*)'/.exec(JSON.stringify(refusal))?.[1]
}

since('4.3').for(orders)(
  'compares the arguments of a $type queue in a fixed order',
  async ({ type, other, names }, { peer }) => {
    const queue = unique('order')
    const declare = (args: Fields): Fields => ({ queue, durable: true, arguments: args })
    await peer.ok(1, 'QueueDeclare', declare({ 'x-queue-type': type }))
    const differing = (name: string): [string, unknown] => [
      name,
      name === 'x-queue-type' ? other : 5,
    ]
    const named: (string | undefined)[] = []
    for (const index of names.keys()) {
      const args = Object.fromEntries(names.slice(index).map(differing))
      named.push(await refusedArgument(peer, declare({ 'x-queue-type': type, ...args })))
    }
    expect(named).toEqual(names)
  },
)

since('4.0')(
  'takes an empty queue type for classic, but keeps it as it was declared',
  async ({ broker, peer }) => {
    const queue = unique('typeless')
    const declare = (args: Fields): Fields => ({ queue, durable: true, arguments: args })
    await peer.ok(1, 'QueueDeclare', declare({ 'x-queue-type': '' }))
    await peer.ok(1, 'QueueDeclare', declare({ 'x-queue-type': '' }))
    expect(await peer.call(1, 'QueueDeclare', declare({}))).toEqual(
      channelClose(
        406,
        `PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue '${queue}' in vhost '${broker.vhost}': received 'classic' but current is ''`,
        { by: 'QueueDeclare' },
      ),
    )
  },
)
