import { describe, expect, it, vi } from 'vitest'

import {
  ExpectationError,
  startTestBroker,
  type TestBroker,
  type TestMessage,
} from '../../src/testing/index.ts'
import { openClient, send, type Client } from './support/client.ts'

interface Bench extends AsyncDisposable {
  readonly broker: TestBroker
  readonly client: Client
}

/** A test broker with the queue `orders`, and a client. */
async function open(): Promise<Bench> {
  const broker = await startTestBroker()
  const client = await openClient(broker)
  await client.channel.assertQueue('orders')
  return {
    broker,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await broker.close()
    },
  }
}

/** The message of the error with which a promise rejects, with 0 for every number of milliseconds. */
async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ExpectationError)) throw new Error('it did not fail', { cause: error })
  return error.message.replaceAll(/ +\d+ ms {2}/g, '  0 ms  ').replaceAll(/amq\.ctag-\S+"/g, 'tag"')
}

const soon = { timeout: 50 }

describe('a test broker', () => {
  it('gives each test file an empty virtual host of its own', async () => {
    await using one = await startTestBroker()
    await using other = await startTestBroker()
    expect(one.url).toMatch(/^amqp:\/\/guest:guest@127\.0\.0\.1:\d+\/test-[0-9a-f]{8}$/)
    expect(one.vhost).not.toBe(other.vhost)
    expect(one.url.endsWith(`/${one.vhost}`)).toBe(true)
    expect(one.snapshot().vhosts).toMatchObject([{ name: one.vhost, queues: [] }])
  })

  it('takes the options of a broker', async () => {
    await using broker = await startTestBroker({ permitTransientQueues: true, vhosts: ['/'] })
    await using client = await openClient(broker)
    await client.channel.assertQueue('transient', { durable: false })
    expect(broker.url).toMatch(/:\d+$/)
  })

  it('ignores what happens in its other virtual hosts', async () => {
    await using broker = await startTestBroker({ vhosts: ['one', 'other'] })
    await using client = await openClient(broker, 'test', broker.url.replace('/one', '/other'))
    await client.channel.assertQueue('orders')
    await send(client, 'orders', 'for the other one')
    expect(broker.queue('orders').received).toEqual([])
    expect(broker.queue('orders').describe()).toMatch(/which does not exist:\n {2}nothing$/)
  })

  it('rejects if its port is in use', async () => {
    await using broker = await startTestBroker()
    await expect(startTestBroker({ port: broker.port })).rejects.toThrow(/EADDRINUSE/)
  })

  it('goes on where a test fakes the timers of its process', async () => {
    await using bench = await open()
    vi.useFakeTimers()
    try {
      await send(bench.client, 'orders', 'one')
      await bench.client.channel.assertQueue('short', { arguments: { 'x-message-ttl': 10 } })
      await send(bench.client, 'short', 'two')
      await bench.broker.queue('short').until('dead-lettered', 'two', { reason: 'expired' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('forgets what happened, but not its messages, when it is reset', async () => {
    await using bench = await open()
    const orders = bench.broker.queue('orders')
    await send(bench.client, 'orders', 'one')
    bench.broker.reset()
    expect(orders.received).toEqual([])
    expect(orders.messageCount).toBe(1)
  })

  it('forgets the oldest of very many events', async () => {
    await using bench = await open()
    const large = Buffer.alloc(16_777_216)
    for (let i = 0; i < 6; i++) bench.client.channel.sendToQueue('orders', large)
    await bench.client.channel.waitForConfirms()
    const { length } = bench.broker.queue('orders').received
    expect(length).toBeGreaterThan(1)
    expect(length).toBeLessThan(6)
  })
})

describe('waiting', () => {
  it('ends when the queue is empty and everything is acknowledged', async () => {
    await using bench = await open()
    const { channel } = bench.client
    const orders = bench.broker.queue('orders')
    await send(bench.client, 'orders', 'one')
    const empty = orders.untilEmpty()
    const got = await channel.get('orders')
    if (got === false) throw new Error('the queue is empty')
    expect(orders.messageCount).toBe(1)
    channel.ack(got)
    await empty
    expect(orders.messageCount).toBe(0)
  })

  it('counts a message that waits for its delayed retry', async () => {
    await using bench = await open()
    const { channel } = bench.client
    const delays = { 'x-delayed-retry-type': 'all', 'x-delayed-retry-min': 60_000 }
    await channel.assertQueue('retried', { arguments: { 'x-queue-type': 'quorum', ...delays } })
    await send(bench.client, 'retried', 'one')
    const got = await channel.get('retried')
    if (got === false) throw new Error('the queue is empty')
    channel.nack(got)
    await channel.checkQueue('retried')
    const retried = bench.broker.queue('retried')
    expect(await failure(retried.untilEmpty(soon))).toContain(
      'queue "retried" holds 1 message after 50 ms, but should hold 0 messages\n\n' +
        'What the broker saw of queue "retried" (0 ready, 0 unacked, 1 delayed, 0 consumers):',
    )
    bench.broker.clock.advance(60_000)
    await retried.until('requeued')
  })

  it('ends when the queue holds as many messages as expected', async () => {
    await using bench = await open()
    const holds = bench.broker.queue('orders').untilHolds(3)
    await send(bench.client, 'orders', 'one', 'two', 'three')
    await holds
  })

  it('says how many messages there are, and what the broker saw', async () => {
    await using bench = await open()
    await send(bench.client, 'orders', 'one')
    expect(await failure(bench.broker.queue('orders').untilEmpty(soon)))
      .toBe(`queue "orders" holds 1 message after 50 ms, but should hold 0 messages

What the broker saw of queue "orders" (1 ready, 0 unacked, 0 consumers):
  0 ms            queue "orders" declared
  0 ms  received  #1 "one"  by routing key "orders" of the default exchange`)
  })

  it('says that the queue does not exist', async () => {
    await using bench = await open()
    expect(await failure(bench.broker.queue('odrers').untilEmpty(soon)))
      .toBe(`queue "odrers" does not exist after 50 ms, but should hold 0 messages

What the broker saw of queue "odrers", which does not exist:
  nothing`)
  })
})

describe('what happens to a message', () => {
  it('is waited for, in a queue and at an exchange', async () => {
    await using bench = await open()
    const { broker, client } = bench
    const acked = broker.queue('orders').until('acked', { id: 17 })
    await client.channel.consume('orders', (message) => message && client.channel.ack(message))
    client.channel.publish('', 'orders', Buffer.from('{"id":17}'), {
      contentType: 'application/json',
      headers: { attempt: 2, source: 'shop' },
    })
    const [order] = await acked
    expect(order).toMatchObject({ exchange: '', routingKey: 'orders', text: '{"id":17}' })
    expect(order?.headers).toEqual({ attempt: 2, source: 'shop' })
    expect(order?.properties).toEqual({ contentType: 'application/json' })
    const details = { routingKey: 'orders', headers: { attempt: 2 } }
    await broker.exchange('').until('published', { id: 17 }, details)
    expect(broker.exchange('').published.map(({ text }) => text)).toEqual(['{"id":17}'])
  })

  it.each([
    ['text', '{"id":17}'],
    ['JSON', { id: 17 }],
    ['bytes', new TextEncoder().encode('{"id":17}')],
    ['a regular expression', /1\d/],
    ['a function', (message: { text: string }) => message.text.includes('17')],
  ])('is recognized by its body as %s', async (_, body) => {
    await using bench = await open()
    await send(bench.client, 'orders', '{"id":17}', 'no JSON')
    expect(await bench.broker.queue('orders').until('received', body)).toHaveLength(1)
  })

  it('is not waited for any longer if the function throws', async () => {
    await using bench = await open()
    const received = bench.broker.queue('orders').until('received', (message: TestMessage) => {
      return message.json() === 17
    })
    await Promise.all([
      expect(received).rejects.toThrow(SyntaxError),
      send(bench.client, 'orders', 'no JSON'),
    ])
  })

  it('has to happen as often as expected', async () => {
    await using bench = await open()
    const orders = bench.broker.queue('orders')
    await send(bench.client, 'orders', 'one', 'one')
    await orders.until('received', 'one', { times: 2 })
    await send(bench.client, 'orders', 'two')
    expect(await failure(orders.until('received', 'two', { times: 2, ...soon }))).toMatch(
      /^queue "orders": 1 message "two" was received, not 2, within 50 ms\n/,
    )
    for (const times of [1, 3])
      expect(await failure(orders.until('received', 'one', { times, ...soon }))).toMatch(
        new RegExp(`^queue "orders": 2 messages "one" were received, not ${times}, within 50 ms\n`),
      )
  })

  it('is told in the order of time, with the faults of clients and lost messages', async () => {
    await using bench = await open()
    const { broker, client } = bench
    const { channel } = client
    const dead = { deadLetterExchange: '', deadLetterRoutingKey: 'parked' }
    await channel.assertQueue('parked')
    await channel.assertQueue('jobs', dead)
    await send(client, 'jobs', 'first job')
    channel.publish('amq.topic', 'job.typo', Buffer.from([0xff, 0xfe]))
    await channel.waitForConfirms()
    let attempts = 0
    await channel.consume('jobs', (message) => {
      if (message) channel.reject(message, ++attempts < 2)
    })
    await broker.queue('jobs').until('dead-lettered')
    await expect(channel.checkQueue('nowhere')).rejects.toThrow(/404/)
    expect(await failure(broker.queue('jobs').until('acked', undefined, soon)))
      .toBe(`queue "jobs": no message was acked within 50 ms

What the broker saw of queue "jobs" (0 ready, 0 unacked, 0 consumers):
  0 ms                 queue "jobs" declared
  0 ms  received       #1 "first job"  by routing key "jobs" of the default exchange
  0 ms  unroutable     #2 <2 bytes>  to exchange "amq.topic", routing key "job.typo": no queue
  0 ms                 consumer "tag" added
  0 ms  delivered      #1 "first job"  to consumer "tag"
  0 ms  requeued       #1 "first job"
  0 ms  delivered      #1 "first job"  to consumer "tag", redelivered
  0 ms  dead-lettered  #1 "first job"  because rejected
  0 ms                 consumer "tag" removed
  0 ms                 channel 1 of connection 1 closed: NOT_FOUND - no queue 'nowhere' in vhost '${broker.vhost}'`)
  })

  it('is cut to the last lines, and a long body to its beginning', async () => {
    await using bench = await open()
    const bodies = Array.from({ length: 30 }, (_, index) => `${index} ${'x'.repeat(100)}`)
    await send(bench.client, 'orders', ...bodies)
    const lines = (await failure(bench.broker.queue('orders').until('acked', '', soon))).split('\n')
    expect(lines[3]).toBe('  ... 11 earlier lines')
    expect(lines).toHaveLength(24)
    expect(lines.at(-1)).toBe(
      `  0 ms  received  #30 "29 ${'x'.repeat(57)}"... (103 bytes)  by routing key "orders" of the default exchange`,
    )
  })
})
