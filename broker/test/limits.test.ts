import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import { InvalidOptionError, startBroker } from '../src/index.ts'
import type { QueueSnapshot } from '../src/snapshot.ts'
import {
  settled,
  testBench,
  type Bench,
  type ConnectOptions,
  type ScriptedClient,
} from './support/scripted-client.ts'

async function connected(bench: Bench, options?: ConnectOptions): Promise<ScriptedClient> {
  const client = bench.connect(options)
  await client.open()
  await client.openChannel()
  return client
}

/** A client with 200 messages of 100 kB to read. */
async function consumerThatStopsReading(bench: Bench): Promise<ScriptedClient> {
  const publisher = await connected(bench)
  await publisher.declare('q')
  for (let i = 0; i < 200; i++) publisher.publish('q', new Uint8Array(100_000))
  // The reply shows that all of them are in the queue.
  await publisher.declare('q')
  const client = await connected(bench)
  client.stream.pause()
  client.consume('q')
  await settled()
  return client
}

async function readSome({ stream }: ScriptedClient, bytes: number): Promise<void> {
  let left = bytes
  const onData = (chunk: Uint8Array): void => {
    left -= chunk.length
    if (left <= 0) stream.pause()
  }
  stream.on('data', onData).resume()
  await settled()
  stream.off('data', onData)
  expect(left).toBeLessThanOrEqual(0)
}

function queueOf({ broker }: Bench): QueueSnapshot {
  const [queue] = broker.snapshot().vhosts[0]?.queues ?? []
  if (queue === undefined) throw new Error('there is no queue')
  return queue
}

describe('limits', () => {
  it('are checked before the broker starts', async () => {
    for (const options of [
      { port: 70_000 },
      { port: 1.5 },
      { streams: 70_000 },
      { streams: { advertisedPort: -1 } },
      { streams: { advertisedTlsPort: 70_000 } },
      // Without certificates.
      { streams: { tlsPort: 0 } },
      { frameMax: 4096 },
      { channelMax: 70_000 },
      { maxQueues: -1 },
      { memoryWatermark: Number.NaN },
    ])
      await expect(startBroker(options)).rejects.toThrow(InvalidOptionError)
  })

  it('refuse a message above maxMessageSize on its channel, and store none of it', async () => {
    await using bench = testBench({ maxMessageSize: 10 })
    const client = await connected(bench)
    client.publish('q', 'x'.repeat(11))
    expect(await client.expect('channel.close')).toMatchObject({
      replyCode: 406,
      replyText: 'PRECONDITION_FAILED - message size 11 is larger than configured max size 10',
      classId: 60,
      methodId: 40,
    })
  })

  it('refuse a channel above the agreed channelMax', async () => {
    await using bench = testBench({ channelMax: 2 })
    const client = await connected(bench)
    await client.openChannel(2)
    client.send(3, 'channel.open', { outOfBand: '' })
    expect(await client.expect('connection.close')).toMatchObject({
      replyCode: 530,
      replyText:
        'NOT_ALLOWED - number of channels opened (2) has reached the negotiated channel_max (2)',
      classId: 0,
      methodId: 0,
    })
  })

  it('refuse a connection above maxConnections, with an explanation', async () => {
    await using bench = testBench({ maxConnections: 1 })
    await connected(bench)
    const second = bench.connect()
    await expect(second.open()).rejects.toThrow('node connection limit (1) is reached')
  })

  it('refuse a consumer above maxConsumersPerChannel', async () => {
    await using bench = testBench({ maxConsumersPerChannel: 1 })
    const client = await connected(bench)
    await client.declare('q')
    client.consume('q', { consumerTag: '1' })
    await client.expect('basic.consume-ok')
    client.consume('q', { consumerTag: '2' })
    expect(await client.expect('connection.close')).toMatchObject({
      replyText: 'NOT_ALLOWED - reached maximum (1) of consumers per channel',
    })
  })

  it('block publishers above memoryWatermark, and unblock them below it', async () => {
    await using bench = testBench({ memoryWatermark: 20_000 })
    const publisher = await connected(bench)
    const consumer = await connected(bench)
    await publisher.declare('q')
    for (let i = 0; i < 30; i++) publisher.publish('q', 'x'.repeat(1000))
    expect(await publisher.expect('connection.blocked')).toMatchObject({ reason: 'low on memory' })
    await settled()
    expect(queueOf(bench).ready).toBeLessThan(30)
    expect(bench.broker.snapshot().connections[0]?.blocked).toBe(true)
    consumer.consume('q', { noAck: true })
    await publisher.expect('connection.unblocked')
    await settled()
    expect(consumer.pending.filter(({ name }) => name === 'basic.deliver')).toHaveLength(30)
  })

  it('accept no message that is published above memoryWatermark, until publishers are unblocked', async () => {
    await using bench = testBench({ memoryWatermark: 20_000 })
    const filler = await connected(bench)
    await filler.declare('q')
    filler.publish('q', 'x'.repeat(20_000))
    await settled()
    const late = await connected(bench)
    late.publish('q', 'late')
    expect(await late.expect('connection.blocked')).toMatchObject({ reason: 'low on memory' })
    await settled()
    expect(queueOf(bench).ready).toBe(1)
    const other = await connected(bench)
    other.send(1, 'queue.purge', { ticket: 0, queue: 'q', noWait: true })
    await late.expect('connection.unblocked')
    await settled()
    expect(queueOf(bench).ready).toBe(1)
  })

  // Like RabbitMQ, which checks the alarm after each content frame.
  it('accept a message without a body above memoryWatermark, and one whose header arrived earlier', async () => {
    await using bench = testBench({ memoryWatermark: 20_000 })
    const [filler, begun, empty] = [
      await connected(bench),
      await connected(bench),
      await connected(bench),
    ]
    await filler.declare('q')
    const publish = { ticket: 0, exchange: '', routingKey: 'q', mandatory: false, immediate: false }
    begun.send(1, 'basic.publish', publish)
    const header = { properties: {}, encodedProperties: undefined, body: new Uint8Array(5) }
    begun.frames.content(1, header)
    const [content = new Uint8Array()] = begun.frames.take()
    begun.raw(content.subarray(0, -13))
    await settled()
    filler.publish('q', 'x'.repeat(20_000))
    await settled()
    begun.raw(content.subarray(-13))
    await begun.expect('connection.blocked')
    empty.publish('q', '')
    await empty.expect('connection.blocked')
    await settled()
    expect(queueOf(bench).ready).toBe(3)
  })

  // A stream only emits 'drain' if it exceeded its own high-water mark.
  it.each([
    ['below', 16_384],
    ['above', 1_048_576],
  ])(
    'stop deliveries to a client that does not read until it reads again, with a high-water mark %s outboxLimit',
    async (_, highWaterMark) => {
      await using bench = testBench({ outboxLimit: 50_000 })
      const client = await connected(bench, { highWaterMark })
      const publisher = await connected(bench)
      await client.declare('q')
      client.stream.pause()
      client.consume('q', { noAck: true })
      for (let i = 0; i < 2000; i++) publisher.publish('q', 'x'.repeat(1000))
      await publisher.declare('q')
      const waiting = (): number => queueOf(bench).ready
      expect(waiting()).toBeGreaterThan(500)
      client.stream.resume()
      for (let i = 0; i < 50 && waiting() > 0; i++) await settled()
      expect(waiting()).toBe(0)
    },
  )

  it('stop reading from a client that does not read the replies', async () => {
    await using bench = testBench({ outboxLimit: 10_000 })
    const client = await connected(bench)
    await client.declare('q')
    client.stream.pause()
    const declare = { ticket: 0, queue: 'q', passive: true, durable: false, exclusive: false }
    const rest = { autoDelete: false, noWait: false, arguments: new Map() }
    for (let i = 0; i < 20_000; i++) client.send(1, 'queue.declare', { ...declare, ...rest })
    await settled()
    expect(client.stream.writableLength).toBeGreaterThan(100_000)
    client.stream.resume()
    for (let i = 0; i < 2000 && client.pending.length < 20_000; i++) await settled()
    expect(client.pending).toHaveLength(20_000)
  })

  it('reset a client that reads nothing for sendTimeout, and requeue its messages', async () => {
    await using bench = testBench({ sendTimeout: 30_000 })
    const failures: string[] = []
    bench.broker.on('connection.failed', ({ reason }) => failures.push(reason))
    const client = await consumerThatStopsReading(bench)
    bench.clock.advance(29_999)
    await settled()
    expect(queueOf(bench).unacked).toBeGreaterThan(0)
    bench.clock.advance(1)
    await settled()
    expect(queueOf(bench)).toMatchObject({ ready: 200, unacked: 0, consumers: 0 })
    expect(client.stream.destroyed).toBe(true)
    expect(failures).toEqual([
      'the client took nothing of what was sent to it: the limit sendTimeout (30000) is reached',
    ])
  })

  it('do not reset a client that reads a little before each sendTimeout', async () => {
    await using bench = testBench({ sendTimeout: 30_000 })
    const client = await consumerThatStopsReading(bench)
    for (let i = 0; i < 10; i++) {
      bench.clock.advance(20_000)
      await readSome(client, 200_000)
    }
    expect(queueOf(bench).consumers).toBe(1)
    bench.clock.advance(30_000)
    await settled()
    expect(queueOf(bench).consumers).toBe(0)
  })

  it('apply to the queues of all virtual hosts together', async () => {
    await using broker = await startBroker({ maxQueues: 2, vhosts: ['/', 'b'] })
    const one = await amqp.connect(broker.url)
    const other = await amqp.connect(`${broker.url}/b`)
    for (const [index, connection] of [one, other].entries())
      await (await connection.createChannel()).assertQueue(`q${index}`)
    const channel = await one.createChannel()
    channel.on('error', () => {})
    await expect(channel.assertQueue('third')).rejects.toThrow('the limit maxQueues (2) is reached')
  })
})
