import { waitFor } from '@messaging-patterns/testkit'
import { expect, vi } from 'vitest'

import { Client } from './support/client.ts'
import { quorum, since, test, unique } from './support/contract.ts'
import { method } from './support/expected.ts'
import { Peer, type Handshake } from './support/peer.ts'

// RabbitMQ takes three to five seconds over each of these, so they wait together.
vi.setConfig({ maxConcurrency: 20 })

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
  ['frames without a limit', { frameMax: 0 }],
  ['channels without a limit', { channelMax: 0 }],
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

test.concurrent('ends a connection that gives no sign of life', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { heartbeat: 1 })
  let frame = await peer.next()
  while (frame.kind === 'heartbeat') frame = await peer.next()
  expect(frame).toEqual(end)
})

test.concurrent('keeps a connection that sends nothing but heartbeats', async ({ broker }) => {
  await using silent = await Peer.open(broker.url, { heartbeat: 1 })
  await using peer = await Peer.open(broker.url, { heartbeat: 1 })
  const beats = setInterval(() => peer.write(Buffer.from([8, 0, 0, 0, 0, 0, 0, 0xce])), 250)
  try {
    let frame = await silent.next()
    while (frame.kind === 'heartbeat') frame = await silent.next()
  } finally {
    clearInterval(beats)
  }
  // Its like that was silent is gone by now.
  peer.send(2, 'ChannelOpen')
  let answer = await peer.next()
  while (answer.kind === 'heartbeat') answer = await peer.next()
  expect(answer).toMatchObject(method('ChannelOpenOk', {}, 2))
})

test.concurrent('takes a quorum queue away that was not used for its time', async ({ broker }) => {
  await using client = await Client.open(broker.url)
  const channel = await client.openChannel()
  const queue = unique('unused')
  await channel.assertQueue(queue, quorum({ 'x-expires': 80 }))
  let returned = false
  channel.on('return', () => (returned = true))
  const isGone = async (): Promise<boolean> => {
    channel.sendToQueue(queue, Buffer.from('x'), { mandatory: true })
    await channel.waitForConfirms()
    return returned
  }
  // A quorum queue looks at its age every five seconds.
  await waitFor('the queue to go', isGone, { interval: 250 })
})
