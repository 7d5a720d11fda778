import { waitFor } from '@messaging-patterns/testkit'
import { connect, type ConfirmChannel } from 'amqplib'
import { expect, it } from 'vitest'

import { Network } from '../src/trial/network/network.ts'
import { brokersOfProject } from './brokers.ts'

const brokers = brokersOfProject()

interface Line extends AsyncDisposable {
  readonly network: Network
  readonly channel: ConfirmChannel
}

/** A client that reaches its broker through a network. */
async function connected(): Promise<Line> {
  const vhost = await brokers.open()
  const network = await Network.start(vhost.url)
  const model = await connect(network.url)
  model.on('error', () => {})
  const channel = await model.createConfirmChannel()
  channel.on('error', () => {})
  await channel.assertQueue('orders', { durable: true })
  return {
    network,
    channel,
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]()
      await vhost[Symbol.asyncDispose]()
    },
  }
}

async function send(channel: ConfirmChannel, ...orders: readonly string[]): Promise<void> {
  for (const order of orders) channel.sendToQueue('orders', Buffer.from(order))
  await channel.waitForConfirms()
}

it('sees what is published, confirmed, delivered and acknowledged', async () => {
  await using line = await connected()
  const { channel, network } = line
  const { traffic } = network
  const large = 'x'.repeat(300_000)
  await send(channel, 'one', 'two', 'three', large)
  expect(traffic.published).toEqual(['one', 'two', 'three', large])
  expect(traffic).toMatchObject({ confirmed: 4, refused: 0, unconfirmed: 0 })

  const tags: number[] = []
  await channel.consume('orders', (message) => tags.push(message?.fields.deliveryTag ?? 0))
  await waitFor('the deliveries', () => traffic.delivered.length === 4)
  expect(traffic.consumers).toBe(1)
  expect(traffic.unacked).toEqual(['one', 'two', 'three', large])
  // All up to the third one, in one acknowledgement.
  await waitFor('the third', () => tags.length > 2)
  channel.ack({ fields: { deliveryTag: 3 } } as never, true)
  await waitFor('the acknowledgement', () => traffic.unacked.length === 1)
  expect(traffic.unacked).toEqual([large])
})

it('counts nothing as unacknowledged that the broker does not wait for', async () => {
  await using line = await connected()
  const { channel, network } = line
  await channel.consume('orders', () => {}, { noAck: true })
  await send(channel, 'one')
  await waitFor('the delivery', () => network.traffic.delivered.length === 1)
  expect(network.traffic.unacked).toEqual([])
})

it('sees refused messages', async () => {
  await using line = await connected()
  const { channel, network } = line
  const limit = { 'x-max-length': 1, 'x-overflow': 'reject-publish' }
  await channel.assertQueue('oven', { durable: true, arguments: limit })
  const refused = new Promise((resolve) => {
    channel.sendToQueue('oven', Buffer.from('one'))
    channel.sendToQueue('oven', Buffer.from('two'), {}, resolve)
  })
  expect(await refused).toBeInstanceOf(Error)
  await waitFor('the count', () => network.traffic.refused === 1)
  expect(network.traffic.unconfirmed).toBe(0)
})

it('holds back what the broker says until it is released', async () => {
  await using line = await connected()
  const { channel, network } = line
  network.hold('to-program')
  let confirmed = false
  const sending = send(channel, 'one').then(() => (confirmed = true))
  await waitFor('the publish', () => network.traffic.published.length === 1)
  expect(network.traffic.unconfirmed).toBe(1)
  expect(confirmed).toBe(false)
  network.release()
  await sending
  expect(network.traffic.unconfirmed).toBe(0)
})

it('forgets the deliveries of a connection that is cut', async () => {
  await using line = await connected()
  const { channel, network } = line
  await send(channel, 'one')
  await channel.consume('orders', () => {})
  await waitFor('the delivery', () => network.traffic.unacked.length === 1)
  network.cut()
  await waitFor('the end', () => network.open === 0)
  expect(network.traffic.unacked).toEqual([])
})

it('refuses connections when it is closed', async () => {
  await using line = await connected()
  line.network.close()
  await expect(connect(line.network.url)).rejects.toThrow(/closed|ECONNRESET/)
})
