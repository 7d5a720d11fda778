import { waitFor } from '@messaging-patterns/testkit'
import { expect, vi } from 'vitest'

import { Client } from './support/client.ts'
import { quorum, since, test, unique } from './support/contract.ts'
import { method } from './support/expected.ts'
import { hold, publish, ready, untilGone } from './support/messages.ts'
import { Peer, type Handshake } from './support/peer.ts'

// Each of these takes RabbitMQ three to five seconds, so they run concurrently.
vi.setConfig({ maxConcurrency: 20 })

const end = { kind: 'end' }

test.concurrent('closes the socket after a wrong password, if the client does not support the reason', async ({
  broker,
}) => {
  await using peer = new Peer(broker.url)
  await peer.greet()
  expect(await peer.login({ capabilities: {}, response: Buffer.from('\0guest\0no') })).toEqual(end)
})

test.concurrent('closes the socket after an unknown mechanism', async ({ broker }) => {
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
  'closes the socket after tune-ok with %s',
  async ([, handshake], { broker }) => {
    await using peer = new Peer(broker.url)
    expect(await peer.handshake(handshake)).toEqual(end)
  },
)

since('4.1').concurrent(
  'closes the socket after tune-ok with frames of 4096',
  async ({ broker }) => {
    await using peer = new Peer(broker.url)
    expect(await peer.handshake({ frameMax: 4096 })).toEqual(end)
  },
)

test.concurrent('closes a connection without heartbeats', async ({ broker }) => {
  await using peer = await Peer.open(broker.url, { heartbeat: 1 })
  let frame = await peer.next()
  while (frame.kind === 'heartbeat') frame = await peer.next()
  expect(frame).toEqual(end)
})

test.concurrent('keeps a connection that only sends heartbeats', async ({ broker }) => {
  await using silent = await Peer.open(broker.url, { heartbeat: 1 })
  await using peer = await Peer.open(broker.url, { heartbeat: 1 })
  const beats = setInterval(() => peer.write(Buffer.from([8, 0, 0, 0, 0, 0, 0, 0xce])), 250)
  try {
    let frame = await silent.next()
    while (frame.kind === 'heartbeat') frame = await silent.next()
  } finally {
    clearInterval(beats)
  }
  // By now, the broker would have closed a connection without heartbeats.
  peer.send(2, 'ChannelOpen')
  let answer = await peer.next()
  while (answer.kind === 'heartbeat') answer = await peer.next()
  expect(answer).toMatchObject(method('ChannelOpenOk', {}, 2))
})

test.concurrent('deletes a quorum queue that was not used for its x-expires', async ({
  broker,
}) => {
  await using client = await Client.open(broker.url)
  const channel = await client.openChannel()
  const queue = unique('unused')
  await channel.assertQueue(queue, quorum({ 'x-expires': 80 }))
  await untilGone(channel, queue)
})

test.concurrent('deletes a quorum queue although it is declared again and again', async ({
  broker,
}) => {
  await using client = await Client.open(broker.url)
  const channel = await client.openChannel()
  const queue = unique('declared-again')
  const declare = () => channel.assertQueue(queue, quorum({ 'x-expires': 1000 }))
  await declare()
  await publish(channel, { key: queue }, { body: 'lost' })
  const isGone = async (): Promise<boolean> => (await declare()).messageCount === 0
  await waitFor('the queue to go, with its message', isGone, { interval: 250 })
})

test.concurrent('deletes a quorum queue although its messages are counted again and again', async ({
  broker,
}) => {
  await using client = await Client.open(broker.url)
  const channel = await client.openChannel()
  const queue = unique('counted')
  await channel.assertQueue(queue, quorum({ 'x-expires': 1000 }))
  const isGone = (): Promise<boolean> =>
    channel.checkQueue(queue).then(
      () => false,
      () => true,
    )
  await waitFor('the queue to go', isGone, { interval: 250 })
})

test.concurrent('deletes no quorum queue whose messages are not acknowledged', async ({
  broker,
}) => {
  await using client = await Client.open(broker.url)
  const channel = await client.openChannel()
  const queue = unique('unacknowledged')
  await channel.assertQueue(queue, quorum({ 'x-expires': 80 }))
  await publish(channel, { key: queue }, { body: 'x' })
  const message = await hold(channel, queue)
  for (const name of ['first', 'second']) {
    const unused = unique(name)
    await channel.assertQueue(unused, quorum({ 'x-expires': 80 }))
    await untilGone(channel, unused)
  }
  expect(await ready(channel, queue)).toBe(0)
  channel.ack(message)
  await untilGone(channel, queue)
})
