import { TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { describe, expect, test } from 'vitest'

import {
  attemptsOf,
  freshHeaders,
  parkedOf,
  parkingQueueOptions,
  type RetryOptions,
  Session,
} from '../../src/index.ts'
import { isEmpty, parked, queueForEachTest, retrying, threeAttempts } from './retrying.ts'

const work = queueForEachTest()

describe('a message whose handler fails', () => {
  test('is tried again after its delay, until it succeeds', async () => {
    const { seen, verdicts } = await retrying(work.queue, (_, attempt) => attempt < 3)
    await work.queue.send('flaky')
    await waitFor('three attempts', () => seen.length === 3)
    const gaps = [1, 2].map((i) => (seen[i]?.at ?? 0) - (seen[i - 1]?.at ?? 0))
    for (const gap of gaps) {
      expect(gap).toBeGreaterThanOrEqual(99)
      expect(gap).toBeLessThan(2000)
    }
    expect(verdicts).toEqual([
      { attempt: 1, delay: 100 },
      { attempt: 2, delay: 100 },
    ])
    await isEmpty(work.session, work.queue.name)
    await isEmpty(work.session, `${work.queue.name}.parked`, parkingQueueOptions)
  })

  test('waits longer each time with a backoff', async () => {
    const retry: RetryOptions = { attempts: 4, delay: { from: 50, factor: 3, cap: 300 } }
    const { seen } = await retrying(work.queue, (_, attempt) => attempt < 4, { retry })
    await work.queue.send('flaky')
    await waitFor('four attempts', () => seen.length === 4)
    for (const [i, wanted] of [50, 150, 300].entries()) {
      const gap = (seen[i + 1]?.at ?? 0) - (seen[i]?.at ?? 0)
      expect(gap).toBeGreaterThanOrEqual(wanted - 1)
      expect(gap).toBeLessThan(wanted + 2000)
    }
  })

  test('is parked when its attempts are used up, with its reason, its time and its history', async () => {
    const before = Date.now()
    const { verdicts } = await retrying(work.queue, () => true)
    await work.queue.send('hopeful', { headers: { mine: 1 } })
    const delivery = await parked(work.session, `${work.queue.name}.parked`)
    expect(delivery.text()).toBe('hopeful')
    const about = parkedOf(delivery)
    expect(about).toEqual({
      reason: 'attempts-used-up',
      at: expect.any(String),
      from: work.queue.name,
      attempts: [
        { at: expect.any(String), error: 'Error: cannot do it', delay: 100 },
        { at: expect.any(String), error: 'Error: cannot do it', delay: 100 },
        { at: about?.at, error: 'Error: cannot do it' },
      ],
    })
    const times = about?.attempts.map(({ at }) => Date.parse(at)) ?? []
    expect(times[0]).toBeGreaterThanOrEqual(before)
    expect(times.toSorted((a, b) => a - b)).toEqual(times)
    expect(times.at(-1)).toBeLessThanOrEqual(Date.now())
    await waitFor('the last verdict', () => verdicts.length === 3)
    expect(verdicts[2]).toEqual({
      attempt: 3,
      parked: { reason: 'attempts-used-up', in: `${work.queue.name}.parked` },
    })
    expect(freshHeaders(delivery)).toMatchObject({
      mine: 1,
      'retry-exchange': '',
      'retry-routing-key': work.queue.name,
    })
    expect(Object.keys(freshHeaders(delivery)).join()).not.toMatch(/parked|attempts/)
    await isEmpty(work.session, work.queue.name)
  })

  test('is parked where parkIn says', async () => {
    await retrying(work.queue, () => true, {
      retry: { attempts: 1, delay: 100, parkIn: 'elsewhere' },
    })
    await work.queue.send('one chance')
    expect(parkedOf(await parked(work.session, 'elsewhere'))?.attempts).toHaveLength(1)
  })

  test('does not delay the messages behind it', async () => {
    const { seen } = await retrying(work.queue, (delivery, n) => delivery.text() === 'bad' && n < 2)
    for (const body of ['bad', 'a', 'b', 'c']) await work.queue.send(body)
    await waitFor('five attempts', () => seen.length === 5)
    expect(seen.map(({ text }) => text)).toEqual(['bad', 'a', 'b', 'c', 'bad'])
  })

  test('does not wait behind one with a longer delay', async () => {
    const { seen } = await retrying(
      work.queue,
      (delivery, n) => n < (delivery.text() === 'long' ? 3 : 2),
      {
        retry: { attempts: 3, delay: { from: 100, factor: 20 } },
      },
    )
    await work.queue.send('long')
    await waitFor('the second failure of the first', () => seen.length === 2)
    await work.queue.send('short')
    await waitFor('all attempts', () => seen.length === 5)
    expect(seen.map(({ text }) => text)).toEqual(['long', 'long', 'short', 'short', 'long'])
  })

  test('keeps its properties, headers, exchange and routing key', async () => {
    const { seen } = await retrying(work.queue, (_, attempt) => attempt < 2)
    const exchange = await work.session.exchange('shop', 'topic')
    await work.queue.bind(exchange, 'order.#')
    const connection = await connect(work.broker.url)
    const channel = await connection.createConfirmChannel()
    const properties = {
      contentType: 'application/json; charset=utf-8',
      contentEncoding: 'utf-8',
      correlationId: 'c-1',
      replyTo: 'replies',
      messageId: 'm-1',
      timestamp: 1_700_000_000,
      type: 'order',
      appId: 'test',
      deliveryMode: 1,
      priority: 3,
    }
    const headers = { mine: { nested: [1, 'two', true, null] }, bytes: Buffer.from([0, 255]) }
    // Its expiration would cut the delay short; its CC would deliver the copy a second time.
    const others = { expiration: '30000', userId: 'guest', CC: ['order.copy'] }
    const options = { ...properties, ...others, headers }
    channel.publish('shop', 'order.new', Buffer.from('{"n":1}'), options)
    await channel.waitForConfirms()
    await connection.close()

    await waitFor('two attempts', () => seen.length === 2)
    const again = seen[1]?.delivery
    expect(again?.body).toEqual({ n: 1 })
    expect(again?.message.properties).toMatchObject(properties)
    expect(again?.message.properties).toMatchObject({ expiration: undefined, userId: undefined })
    expect(again?.headers).toMatchObject(headers)
    expect(again?.exchange).toBe('shop')
    expect(again?.routingKey).toBe('order.new')
    // Its consumer's acknowledgement reaches the broker.
    await isEmpty(work.session, work.queue.name)
    await exchange.delete()
  })

  test('gets an id when it has none', async () => {
    const { seen } = await retrying(work.queue, (_, attempt) => attempt < 3)
    const connection = await connect(work.broker.url)
    const channel = await connection.createConfirmChannel()
    channel.sendToQueue(work.queue.name, Buffer.from('nameless'))
    await channel.waitForConfirms()
    await connection.close()
    await waitFor('three attempts', () => seen.length === 3)
    const [first, second, third] = seen.map(({ delivery }) => delivery.messageId)
    expect(first).toBeUndefined()
    expect(second).toEqual(expect.any(String))
    expect(third).toBe(second)
  })

  test('is retried even if the delay queue was deleted', async () => {
    const { seen, verdicts } = await retrying(work.queue, (_, attempt) => attempt < 2)
    await work.queue.send('first')
    await waitFor('two attempts', () => seen.length === 2)
    const connection = await connect(work.broker.url)
    const channel = await connection.createChannel()
    await channel.deleteQueue(`${work.queue.name}.retry.100`)
    await connection.close()
    await work.queue.send('second')
    await waitFor('four attempts', () => seen.length === 4)
    expect(verdicts).toHaveLength(2)
  })

  test('is lost with its connection when it is tried again, too', async () => {
    await using proxy = await TcpProxy.start(work.broker.url)
    const lost: boolean[] = []
    const stopped = new AbortController()
    let onDisconnected = (): void => {}
    await using session = await Session.open({
      url: proxy.url,
      onStatus: ({ type }) => type === 'disconnected' && onDisconnected(),
    })
    const queue = await session.queue(work.queue.name)
    const subscription = await queue.consume(
      async (delivery) => {
        if (attemptsOf(delivery).length === 0) throw new Error('cannot do it')
        lost.push(delivery.lost)
        const disconnected = new Promise<void>((resolve) => (onDisconnected = resolve))
        proxy.cut()
        await disconnected
        lost.push(delivery.lost)
        stopped.abort()
      },
      { retry: threeAttempts, signal: stopped.signal },
    )
    await queue.send('flaky')
    await subscription.finished()
    expect(lost).toEqual([false, true])
  })

  test('is not retried if the handler has settled it', async () => {
    const failures: unknown[] = []
    const subscription = await work.queue.consume(
      (delivery) => {
        delivery.ack()
        throw new Error('too late')
      },
      {
        limit: 1,
        retry: threeAttempts,
        onFailure: (error, _, verdict) => failures.push(error, verdict),
      },
    )
    await work.queue.send('done')
    await subscription.finished()
    expect(failures).toEqual([new Error('too late'), undefined])
    await isEmpty(work.session, work.queue.name)
  })
})

describe('the delay queues', () => {
  test('are durable quorum queues, one per delay, that do not expire', async (context) => {
    const { management, vhost } = work.broker
    if (management === undefined) return context.skip('the broker has no management API')
    const retry: RetryOptions = { attempts: 4, delay: { from: 40, jitter: 0.5, cap: 80 } }
    const { seen } = await retrying(work.queue, (_, attempt) => attempt < 4, { retry })
    for (let i = 0; i < 40; i++) await work.queue.send(`flaky ${i}`)
    await waitFor('all attempts', () => seen.length === 160)
    const names = (await management.queues(vhost)).filter(({ name }) =>
      name.startsWith(`${work.queue.name}.retry.`),
    )
    // Two steps of the backoff with five values each; one value is in both.
    const possible = [40, 35, 30, 25, 20, 80, 70, 60, 50].map(
      (ms) => `${work.queue.name}.retry.${ms}`,
    )
    expect(names.length).toBeGreaterThan(2)
    for (const { name, type, durable, arguments: args } of names) {
      expect(possible).toContain(name)
      const ttl = Number(name.split('.').at(-1))
      expect({ type, durable }).toEqual({ type: 'quorum', durable: true })
      expect(args).toEqual({
        'x-queue-type': 'quorum',
        'x-message-ttl': ttl,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': work.queue.name,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      })
    }
  })
})
