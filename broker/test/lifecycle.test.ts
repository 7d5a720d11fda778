import net from 'node:net'

import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import { startBroker } from '../src/index.ts'
import { settled, testBench } from './support/scripted-client.ts'

describe('a broker', () => {
  it('serves amqplib from declaration to acknowledgement', async () => {
    await using broker = await startBroker()
    const connection = await amqp.connect(broker.url)
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('q', { durable: true })
    channel.sendToQueue('q', Buffer.from('hello'), { headers: { a: [1, 'b', { c: null }] } })
    await channel.waitForConfirms()
    const received = await new Promise<amqp.ConsumeMessage>((resolve, reject) => {
      channel
        .consume('q', (message) =>
          message === null ? reject(new Error('cancelled')) : resolve(message),
        )
        .catch(reject)
    })
    expect(received.content.toString()).toBe('hello')
    expect(received.properties.headers).toEqual({ a: [1, 'b', { c: null }] })
    channel.ack(received)
    await channel.close()
    await connection.close()
    expect(broker.snapshot().vhosts[0]?.queues).toMatchObject([{ ready: 0, unacked: 0 }])
  })

  it('runs several times in one process, each with its own queues', async () => {
    await using one = await startBroker()
    await using other = await startBroker()
    expect(one.port).not.toBe(other.port)
    const connection = await amqp.connect(one.url)
    await (await connection.createChannel()).assertQueue('q')
    expect(one.snapshot().vhosts[0]?.queues).toHaveLength(1)
    expect(other.snapshot().vhosts[0]?.queues).toHaveLength(0)
    await connection.close()
  })

  it('can be closed repeatedly, and frees its port', async () => {
    const broker = await startBroker()
    const { port } = broker
    await Promise.all([broker.close(), broker.close()])
    await broker.close()
    await using again = await startBroker({ port })
    expect(again.port).toBe(port)
  })

  it('reports that a port is in use', async () => {
    await using broker = await startBroker()
    await expect(startBroker({ port: broker.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('listens on all given addresses, on the same port', async () => {
    await using broker = await startBroker({ host: ['127.0.0.1', '::1'] })
    for (const host of ['127.0.0.1', '::1']) {
      const socket = net.connect({ host, port: broker.port })
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
      socket.destroy()
    }
  })

  it('forgets a client that disappears', async () => {
    await using bench = testBench()
    for (let i = 0; i < 20; i++) {
      const client = bench.connect()
      await client.open({ heartbeat: 60 })
      await client.openChannel()
      const flags = { passive: false, durable: false, autoDelete: false, noWait: false }
      const declare = { ticket: 0, queue: `own-${i}`, exclusive: true, arguments: new Map() }
      client.send(1, 'queue.declare', { ...declare, ...flags })
      await client.expect('queue.declare-ok')
      client.consume(`own-${i}`).publish(`own-${i}`, 'x')
      await client.expect('basic.consume-ok')
      client.stream.destroy()
    }
    await settled()
    const { connections, vhosts, memoryUsed } = bench.broker.snapshot()
    expect([connections, vhosts[0]?.queues, memoryUsed]).toEqual([[], [], 0])
    expect(bench.clock.alarms).toBe(0)
  })

  it('emits events to its listeners until they are disposed of', async () => {
    await using bench = testBench()
    const heard: string[] = []
    const listening = [
      bench.broker.on('queue.declared', ({ queue }) => heard.push(`declared ${queue}`)),
      bench.broker.on('routed', ({ queue, bytes }) => heard.push(`routed ${queue} ${bytes}`)),
      bench.broker.on('unroutable', ({ routingKey }) => heard.push(`unroutable ${routingKey}`)),
      bench.broker.on('delivered', ({ consumerTag }) => heard.push(`delivered ${consumerTag}`)),
      bench.broker.on('acked', ({ queue }) => heard.push(`acked ${queue}`)),
    ]
    const client = bench.connect()
    await client.open()
    await client.openChannel()
    await client.declare('q')
    client.publish('q', 'abc').publish('z', '').consume('q')
    client.send(1, 'basic.ack', { deliveryTag: 1, multiple: false })
    await settled()
    expect(heard).toEqual(['declared q', 'routed q 3', 'unroutable z', 'delivered t', 'acked q'])
    for (const each of listening) each[Symbol.dispose]()
    client.publish('q', 'abc')
    await settled()
    expect(heard).toHaveLength(5)
  })
})
