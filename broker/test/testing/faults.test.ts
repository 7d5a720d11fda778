import { once } from 'node:events'

import { describe, expect, it } from 'vitest'

import { ExpectationError, startTestBroker } from '../../src/testing/index.ts'
import { openClient, send } from './support/client.ts'

/** A test broker with the queue `orders`, and a client. */
async function open() {
  const broker = await startTestBroker()
  const client = await openClient(broker)
  await client.channel.assertQueue('orders')
  return {
    broker,
    client,
    orders: broker.queue('orders'),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await broker.close()
    },
  }
}

describe('a test', () => {
  it('drops connections, and the broker requeues what they had not acknowledged', async () => {
    await using bench = await open()
    const { broker, client, orders } = bench
    await send(client, 'orders', 'one')
    await client.channel.consume('orders', () => {})
    await orders.until('delivered')
    await broker.faults.drop()
    expect(broker.connections()).toEqual([])
    expect(orders.messageCount).toBe(1)
    await orders.until('requeued', 'one')
    await client.closed
  })

  it('drops the connections of one name', async () => {
    await using bench = await open()
    await using other = await openClient(bench.broker, 'other')
    await bench.broker.faults.drop('other')
    await other.closed
    expect(bench.broker.connections()).toHaveLength(1)
    await expect(bench.broker.faults.drop('other')).rejects.toThrow(
      'no connection has the connection_name "other"; connected: "test"',
    )
  })

  it('is told if there is no connection to drop', async () => {
    await using broker = await startTestBroker()
    await expect(broker.faults.drop()).rejects.toThrow('no client is connected')
    await expect(broker.faults.close()).rejects.toThrow('no client is connected')
  })

  it('closes connections with any code of AMQP', async () => {
    await using broker = await startTestBroker()
    for (const [code, name] of [
      [320, 'CONNECTION-FORCED'],
      [501, 'FRAME-ERROR'],
      [541, 'INTERNAL-ERROR'],
    ] as const) {
      const client = await openClient(broker)
      await broker.faults.close(code, { text: 'out of luck' })
      expect((await client.closed)?.message).toMatch(
        new RegExp(`${code} \\(${name}\\).*out of luck`),
      )
    }
  })

  it('closes channels with the codes of channels, and keeps the connection', async () => {
    await using bench = await open()
    const failed = once(bench.client.channel, 'error')
    await bench.broker.faults.close(404, { text: 'gone' })
    const [error] = (await failed) as [Error]
    expect(error.message).toMatch(/404 \(NOT-FOUND\).*NOT_FOUND - gone/)
    expect(bench.broker.connections()).toMatchObject([{ state: 'running' }])
  })

  it('is told which codes there are', async () => {
    await using bench = await open()
    await expect(bench.broker.faults.close(200)).rejects.toThrow(/which closes no connection/)
    expect(() => bench.broker.faults.refuseQueue('orders', { code: 200 })).toThrow(
      /closes neither a channel nor a connection/,
    )
  })

  it('has messages nacked, which are not stored', async () => {
    await using bench = await open()
    const { broker, client, orders } = bench
    broker.faults.nackConfirms()
    client.channel.sendToQueue('orders', Buffer.from('one'))
    await expect(client.channel.waitForConfirms()).rejects.toThrow(/nacked/)
    await send(client, 'orders', 'two')
    expect(orders.received.map(({ text }) => text)).toEqual(['two'])
    expect(orders.describe()).toMatch(/fault +#1 "one" {2}nacked/)
  })

  it('delays confirms, and stores the messages', async () => {
    await using bench = await open()
    const { broker, client, orders } = bench
    broker.faults.delayConfirms(10_000)
    const confirmed = send(client, 'orders', 'one')
    await orders.until('received', 'one')
    broker.clock.advance(9000)
    const notYet = Symbol('not yet')
    await client.channel.checkQueue('orders')
    expect(await Promise.race([confirmed, Promise.resolve(notYet)])).toBe(notYet)
    broker.clock.advance(1000)
    await confirmed
  })

  it('holds confirms back until the faults are cleared', async () => {
    await using bench = await open()
    bench.broker.faults.delayConfirms()
    const confirmed = send(bench.client, 'orders', 'one')
    await bench.orders.until('received')
    bench.broker.faults.clear()
    await confirmed
    await send(bench.client, 'orders', 'two')
  })

  it('has a confirm that is delayed lost with its connection', async () => {
    await using bench = await open()
    const { broker, client, orders } = bench
    broker.faults.delayConfirms()
    client.channel.sendToQueue('orders', Buffer.from('one'))
    await orders.until('received')
    const unconfirmed = client.channel.waitForConfirms()
    await Promise.all([expect(unconfirmed).rejects.toThrow(/closed/), broker.faults.drop()])
    broker.reset()
    expect(orders.messageCount).toBe(1)
  })

  it('has declarations refused, as often as it wants', async () => {
    await using bench = await open()
    const { broker, client } = bench
    broker.faults.refuseQueue('jobs', { code: 403, text: 'not today', times: 2 })
    for (let i = 0; i < 2; i++) {
      const channel = await client.connection.createChannel()
      channel.on('error', () => {})
      await expect(channel.assertQueue('jobs')).rejects.toThrow(/ACCESS_REFUSED - not today/)
    }
    await client.channel.assertQueue('jobs')
    broker.faults.refuseExchange('events')
    await client.channel.assertExchange('other', 'topic')
    await expect(client.channel.assertExchange('events', 'topic')).rejects.toThrow(
      /PRECONDITION_FAILED - the test refuses to declare exchange 'events'/,
    )
  })

  it('has a declaration close the connection', async () => {
    await using bench = await open()
    bench.broker.faults.refuseQueue('jobs', { code: 541 })
    await expect(bench.client.channel.assertQueue('jobs')).rejects.toThrow()
    expect((await bench.client.closed)?.message).toMatch(/541 \(INTERNAL-ERROR\)/)
  })

  it('blocks publishers, until it unblocks them', async () => {
    await using bench = await open()
    const { broker, client } = bench
    const blocked = once(client.connection, 'blocked')
    const unblocked = once(client.connection, 'unblocked')
    broker.faults.blockPublishers()
    const confirmed = send(client, 'orders', 'one', 'two')
    expect(await blocked).toEqual(['low on memory'])
    expect(broker.connections()).toMatchObject([{ blocked: true }])
    broker.faults.unblockPublishers()
    await unblocked
    await confirmed
  })

  it.each(['classic', 'quorum'])(
    'redelivers from a %s queue what was acknowledged',
    async (type) => {
      await using bench = await open()
      const { broker, client } = bench
      const { channel } = client
      await channel.assertQueue('jobs', { arguments: { 'x-queue-type': type } })
      const jobs = broker.queue('jobs')
      expect(() => broker.faults.redeliver('jobs')).toThrow(ExpectationError)
      await channel.consume('jobs', (message) => message && channel.ack(message))
      await send(client, 'jobs', 'one')
      await jobs.until('acked', 'one')
      broker.faults.redeliver('jobs')
      await jobs.until('delivered', 'one', { redelivered: true })
      await jobs.until('acked', 'one', { times: 2 })
      await jobs.untilEmpty()
      expect(broker.snapshot().memoryUsed).toBe(0)
    },
  )

  it('ends its faults with reset', async () => {
    await using bench = await open()
    const { faults } = bench.broker
    faults.nackConfirms(3)
    faults.refuseQueue('jobs')
    faults.blockPublishers()
    bench.broker.reset()
    await bench.client.channel.assertQueue('jobs')
    await send(bench.client, 'jobs', 'one')
  })
})
