import { expect, vi } from 'vitest'

import { since, test } from './support/contract.ts'
import { Peer, type Handshake } from './support/peer.ts'

// RabbitMQ takes three seconds over each of these; they are this file's alone and wait together.
vi.setConfig({ maxConcurrency: 10 })

const end = { kind: 'end' }

test.concurrent('closes without a word on a wrong password of a client that could not take the reason', async ({
  broker,
}) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  expect(await peer.login({ capabilities: {}, response: Buffer.from('\0guest\0no') })).toEqual(end)
})

test.concurrent('closes without a word on a mechanism that it does not know', async ({
  broker,
}) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  expect(await peer.login({ mechanism: 'BOGUS' })).toEqual(end)
})

const beyondTheLimits: [string, Handshake][] = [
  ['frames below the least size', { frameMax: 1000 }],
  ['frames above its own size', { frameMax: 10_000_000 }],
  ['more channels than it offered', { channelMax: 65_535 }],
]

test.concurrent.for(beyondTheLimits)(
  'closes without a word on tune-ok with %s',
  async ([, handshake], { broker }) => {
    await using peer = new Peer(broker.url)
    expect(await peer.handshake(handshake)).toEqual(end)
  },
)

since('4.1').concurrent(
  'closes without a word on tune-ok with frames of 4096',
  async ({ broker }) => {
    await using peer = new Peer(broker.url)
    expect(await peer.handshake({ frameMax: 4096 })).toEqual(end)
  },
)
