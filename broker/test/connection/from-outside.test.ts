import { once } from 'node:events'
import net from 'node:net'

import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import { InvalidOptionError, startBroker, type BrokerConnection } from '../../src/index.ts'
import { settled, testBench, type Bench, type ScriptedClient } from '../support/scripted-client.ts'

async function connected(bench: Bench, name = ''): Promise<ScriptedClient> {
  const client = bench.connect()
  await client.open({ name })
  await client.openChannel()
  return client
}

function named({ broker }: Bench, name: string): BrokerConnection {
  const found = broker
    .connections()
    .find(({ clientProperties }) => clientProperties['connection_name'] === name)
  if (found === undefined) throw new Error(`no connection calls itself ${name}`)
  return found
}

describe('the channels of a connection', () => {
  it('are closed with a reply code, and the connection stays open', async () => {
    await using bench = testBench()
    const client = await connected(bench, 'orders')
    const connection = named(bench, 'orders')
    connection.closeChannels({ code: 404, text: 'gone' })
    const closed = await client.expect('channel.close')
    expect(closed).toMatchObject({ replyCode: 404, replyText: 'NOT_FOUND - gone', classId: 0 })
    client.send(1, 'channel.close-ok', {})
    await client.openChannel()
  })

  it('cannot be closed with a code for connections', async () => {
    await using bench = testBench()
    await connected(bench, 'orders')
    expect(() => named(bench, 'orders').closeChannels({ code: 320 })).toThrow(
      new InvalidOptionError(
        'code',
        'is 320, which closes no channel; 311, 312, 313, 403, 404, 405, 406 do',
      ),
    )
  })
})

describe('the list of connections', () => {
  it('contains users, virtual hosts and addresses', async () => {
    await using broker = await startBroker({ vhosts: ['/', 'orders'] })
    const clientProperties = { connection_name: 'billing' }
    const connection = await amqp.connect(`${broker.url}/orders`, { clientProperties })
    await connection.createChannel()
    const { localPort } = (connection.connection as unknown as { stream: net.Socket }).stream
    expect(broker.connections()).toMatchObject([
      {
        id: 1,
        name: `127.0.0.1:${localPort} -> 127.0.0.1:${broker.port}`,
        peerHost: '127.0.0.1',
        peerPort: localPort,
        clientProperties: {
          connection_name: 'billing',
          product: 'amqplib',
          capabilities: { 'connection.blocked': true },
        },
        user: 'guest',
        vhost: 'orders',
        state: 'running',
        channels: 1,
        blocked: false,
      },
    ])
    await connection.close()
  })

  it.each([
    ['::1', /^\[::1\]:\d+ -> \[::1\]:\d+$/, '::1'],
    ['::', /^127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+$/, '127.0.0.1'],
  ])('writes addresses as RabbitMQ does where it listens on %s', async (host, name, peerHost) => {
    await using broker = await startBroker({ host })
    const target = host === '::' ? '127.0.0.1' : host
    const socket = net.connect({ host: target, port: broker.port })
    socket.write('AMQP\0\0\x09\x01')
    await new Promise((resolve) => socket.once('data', resolve))
    expect(broker.connections()).toMatchObject([{ name: expect.stringMatching(name), peerHost }])
    socket.destroy()
  })

  it('contains the state of each connection', async () => {
    await using bench = testBench()
    const state = () => bench.broker.connections()[0]?.state
    const client = bench.connect()
    expect(state()).toBe('starting')
    await client.start()
    expect(state()).toBe('tuning')
    const tune = await client.expect('connection.tune')
    client.send(0, 'connection.tune-ok', { ...tune, heartbeat: 0 })
    await settled()
    expect(state()).toBe('opening')
    client.send(0, 'connection.open', { virtualHost: '/', capabilities: '', insist: false })
    await client.expect('connection.open-ok')
    expect(state()).toBe('running')
    void bench.broker.connections()[0]?.close()
    await client.expect('connection.close')
    expect(state()).toBe('closing')
    client.send(0, 'connection.close-ok', {})
    await settled()
    expect(bench.broker.connections()).toEqual([])
  })
})

describe('amqplib', () => {
  it('emits close with the reason, and no error, if the connection was closed', async () => {
    await using broker = await startBroker()
    const clientProperties = { connection_name: 'orders' }
    const client = await amqp.connect(broker.url, { clientProperties })
    const lost = once(client, 'close')
    const connection = broker
      .connections()
      .find((each) => each.clientProperties['connection_name'] === 'orders')
    await connection?.close()
    // The same text as when RabbitMQ's management API deletes a connection.
    expect(String(await lost)).toBe(
      'Error: Connection closed: 320 (CONNECTION-FORCED) with message "CONNECTION_FORCED - Closed via management plugin"',
    )
  })

  it('emits an error if the connection was destroyed', async () => {
    await using broker = await startBroker()
    const client = await amqp.connect(broker.url)
    const lost = once(client, 'close')
    broker.connections()[0]?.destroy()
    await expect(lost).rejects.toThrow('Unexpected close')
  })
})

describe('closing one connection from outside', () => {
  it('notifies the client, resolves when it is gone, and does not affect other clients', async () => {
    await using bench = testBench()
    const reasons: string[] = []
    bench.broker.on('connection.failed', ({ reason }) => reasons.push(reason))
    const client = await connected(bench, 'orders')
    const other = await connected(bench, 'billing')
    const closed = named(bench, 'orders').close()
    const text = 'CONNECTION_FORCED - Closed via management plugin'
    expect(await client.expect('connection.close')).toMatchObject({
      replyCode: 320,
      replyText: text,
      classId: 0,
      methodId: 0,
    })
    expect(reasons).toEqual([text])
    client.send(0, 'connection.close-ok', {})
    await closed
    expect(bench.broker.connections()).toMatchObject([{ id: 2 }])
    await other.openChannel(2)
  })

  it.each([
    [{ text: 'for maintenance' }, 320, 'CONNECTION_FORCED - for maintenance'],
    [{ code: 541, text: '' }, 541, 'INTERNAL_ERROR'],
    [{ code: 506, text: 'out of disk' }, 506, 'RESOURCE_ERROR - out of disk'],
  ])('says %j as %d %s', async (reason, replyCode, replyText) => {
    await using bench = testBench()
    const client = await connected(bench, 'orders')
    void named(bench, 'orders').close(reason)
    expect(await client.expect('connection.close')).toMatchObject({ replyCode, replyText })
  })

  it.each([200, 404, 0, Number.NaN])('refuses the code %d, which closes none', async (code) => {
    await using bench = testBench()
    await connected(bench, 'orders')
    await expect(named(bench, 'orders').close({ code })).rejects.toThrow(InvalidOptionError)
    expect(named(bench, 'orders').state).toBe('running')
  })

  it('disconnects a client that does not answer, or is in its handshake', async () => {
    await using bench = testBench()
    await connected(bench, 'silent')
    const closed = named(bench, 'silent').close()
    await settled()
    bench.clock.advance(30_000)
    await closed
    const client = bench.connect()
    await client.start()
    await client.expect('connection.tune')
    await bench.broker.connections()[0]?.close()
    expect((await client.next()).name).toBe('end')
  })

  it('is possible twice, and after the client has closed it', async () => {
    await using bench = testBench()
    const client = await connected(bench, 'orders')
    const connection = named(bench, 'orders')
    const both = Promise.all([connection.close(), connection.close()])
    await client.expect('connection.close')
    const third = connection.close()
    await settled()
    expect(client.pending).toEqual([])
    client.send(0, 'connection.close-ok', {})
    expect((await client.next()).name).toBe('end')
    await both
    await third
    await connection.close()
    connection.destroy()
  })

  it('reads close-ok from a blocked publisher', async () => {
    await using bench = testBench({ memoryWatermark: 1000 })
    const client = await connected(bench, 'busy')
    await client.declare('q')
    client.publish('q', 'x'.repeat(2000))
    await client.expect('connection.blocked')
    await settled()
    client.publish('q', 'y').send(0, 'connection.close-ok', {})
    await named(bench, 'busy').close()
    await client.expect('connection.close')
    expect((await client.next()).name).toBe('end')
  })

  it('from a listener closes it after the message of the event', async () => {
    await using bench = testBench()
    const client = await connected(bench, 'publisher')
    await client.declare('q')
    let heard = 0
    bench.broker.on('routed', () => {
      if (++heard === 3) void named(bench, 'publisher').close()
    })
    client.stream.cork()
    for (let i = 0; i < 10; i++) client.publish('q', 'x')
    client.stream.uncork()
    await client.expect('connection.close')
    expect(bench.broker.snapshot().vhosts[0]?.queues).toMatchObject([{ ready: 3 }])
  })

  it('from a listener requeues the message that was just delivered', async () => {
    await using bench = testBench()
    const consumer = await connected(bench, 'consumer')
    await consumer.declare('q')
    consumer.consume('q')
    await consumer.expect('basic.consume-ok')
    const publisher = await connected(bench, 'publisher')
    bench.broker.on('delivered', () => void named(bench, 'consumer').close())
    publisher.publish('q', 'a')
    await settled()
    expect(consumer.pending.at(-1)?.name).toBe('connection.close')
    expect(bench.broker.snapshot().vhosts[0]?.queues).toMatchObject([
      { ready: 1, unacked: 0, consumers: 0 },
    ])
  })
})

describe('destroying one connection from outside', () => {
  it('takes precedence over closing it', async () => {
    await using bench = testBench()
    const reasons: string[] = []
    bench.broker.on('connection.failed', ({ reason }) => reasons.push(reason))
    const client = await connected(bench, 'orders')
    const connection = named(bench, 'orders')
    const closed = connection.close()
    connection.destroy()
    await closed
    expect((await client.next()).name).toBe('end')
    expect([reasons, bench.clock.alarms]).toEqual([[], 0])
  })

  it('disconnects without an explanation, after the message of the event', async () => {
    await using bench = testBench()
    const closed: number[] = []
    bench.broker.on('connection.closed', ({ connection }) => closed.push(connection))
    const client = await connected(bench, 'publisher')
    await client.declare('q')
    let heard = 0
    bench.broker.on('routed', () => {
      if (++heard === 3) named(bench, 'publisher').destroy()
    })
    client.stream.cork()
    for (let i = 0; i < 10; i++) client.publish('q', 'x')
    client.stream.uncork()
    expect((await client.next()).name).toBe('end')
    await settled()
    expect(closed).toEqual([1])
    expect(bench.broker.connections()).toEqual([])
    expect(bench.broker.snapshot().vhosts[0]?.queues).toMatchObject([{ ready: 3 }])
  })
})
