import { brokerForFile, collectGarbage } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { inFlight, Session } from '../../src/index.ts'
import { series } from '../../src/cli/series.ts'

const broker = brokerForFile()

describe('publishing', () => {
  test('resolves when the broker has the message, persistent and with its own id', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('kept')
    await queue.send('one')
    await queue.send({ two: 2 }, { headers: { source: 'test' }, correlationId: 'c' })
    expect(await queue.count()).toEqual({ messages: 2, consumers: 0 })
    const first = await queue.get()
    const second = await queue.get()
    expect(first?.message.properties.deliveryMode).toBe(2)
    expect(first?.messageId).not.toBe(second?.messageId)
    expect(second).toMatchObject({ headers: { source: 'test' }, correlationId: 'c' })
    expect([first?.body, second?.body]).toEqual(['one', { two: 2 }])
    first?.ack()
    second?.ack()
  })

  test('any number may be in flight, and all arrive in order', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('many')
    const sent = [...series('x', 5000)]
    await Promise.all(sent.map((text) => queue.send(text)))
    const received: unknown[] = []
    for await (const delivery of await queue.consume({ prefetch: 500, limit: sent.length })) {
      received.push(delivery.body)
      delivery.ack()
    }
    expect(received).toEqual(sent)
  })

  test('a long series needs bounded memory', async () => {
    await using session = await Session.open({ url: broker.url })
    const nowhere = await session.exchange('nowhere', 'fanout')
    const body = Buffer.alloc(10_000)
    let [published, peak] = [0, 0]
    collectGarbage()
    const before = process.memoryUsage().arrayBuffers
    const bodies = Array.from({ length: 30_000 }, () => body)
    for await (const _ of inFlight(bodies, (each) => nowhere.publish('', Buffer.from(each)))) {
      published += 1
      if (published % 1000 > 0) continue
      collectGarbage()
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
    }
    // 300 MB went through. Node frees the memory of buffers a little later than it collects them.
    expect(peak).toBeLessThan(100_000_000)
  })

  test('to a queue that was deleted rejects with UNROUTABLE', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('deleted')
    await queue.delete()
    await expect(queue.send('x')).rejects.toMatchObject({
      code: 'UNROUTABLE',
      message: 'there is no queue "deleted"',
    })
  })

  test('to an exchange without a matching queue is an error only for a mandatory message', async () => {
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('lonely', 'topic')
    const queue = await (await session.queue()).bind(exchange, 'some.*')
    const returned: string[] = []
    const message = (id: string) => ({ mandatory: true, onReturned: () => returned.push(id) })
    const results = await Promise.allSettled([
      exchange.publish('other', '1'),
      exchange.publish('other', '2', message('2')),
      exchange.publish('some.body', '3', message('3')),
    ])
    expect(returned).toEqual(['2'])
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'UNROUTABLE' } },
      { status: 'fulfilled' },
    ])
    expect((await queue.get())?.body).toBe('3')
  })

  test('to a full queue rejects the messages that do not fit, with NACKED', async () => {
    await using session = await Session.open({ url: broker.url })
    const full = { 'x-max-length': 1, 'x-overflow': 'reject-publish' }
    const queue = await session.queue('', { arguments: full })
    await queue.send('fits')
    await expect(queue.send('does not')).rejects.toMatchObject({ code: 'NACKED' })
    expect((await queue.get())?.ack()).toBe(true)
    await queue.send('fits again')
  })

  test('to a missing exchange rejects with NOT_FOUND, and affects no other message', async () => {
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('gone', 'direct')
    const queue = await session.queue('innocent')
    await exchange.delete()
    const innocent = Array.from({ length: 20 }, () => queue.send('y'))
    const guilty = expect(exchange.publish('key', 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    innocent.push(...Array.from({ length: 20 }, () => queue.send('y')))
    await Promise.all([...innocent, guilty])
    // Those in flight were published again: at least once.
    expect((await queue.count()).messages).toBeGreaterThanOrEqual(40)
  })

  test('a message that is too large for the broker rejects, and no other one', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('limited')
    const innocent = Array.from({ length: 10 }, () => queue.send('x'))
    const guilty = expect(queue.send('x'.repeat(17 * 1024 * 1024))).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    })
    innocent.push(...Array.from({ length: 10 }, () => queue.send('x')))
    await Promise.all([...innocent, guilty])
    expect((await queue.count()).messages).toBeGreaterThanOrEqual(20)
  })

  test('two messages with the same id are distinguished by their addresses', async () => {
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('by-address', 'direct')
    await (await session.queue()).bind(exchange, 'there')
    const options = { messageId: 'same', mandatory: true }
    const results = await Promise.allSettled([
      exchange.publish('there', '1', options),
      exchange.publish('nowhere', '2', options),
      exchange.publish('nowhere', '3', options),
      exchange.publish('there', '4', options),
    ])
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ])
  })

  test('a value that cannot be a body rejects with CONTENT_REFUSED, and never throws', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue()
    await expect(queue.send({ big: 1n })).rejects.toMatchObject({ code: 'CONTENT_REFUSED' })
    await expect(queue.send(() => {})).rejects.toMatchObject({ code: 'CONTENT_REFUSED' })
  })

  test('a message that cannot be encoded rejects, and the session goes on', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue()
    await expect(queue.send('x', { headers: { big: 'x'.repeat(140_000) } })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: expect.stringMatching(
        /^the headers and properties need \d+ bytes, and a frame has 131072$/,
      ),
    })
    await queue.send('y')
  })

  test('after the session is closed rejects with CLOSED', async () => {
    const session = await Session.open({ url: broker.url })
    const queue = await session.queue()
    await session.close()
    await session.close()
    await expect(queue.send('x')).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(session.queue('y')).rejects.toMatchObject({ code: 'CLOSED' })
    expect(await session.closed).toBeUndefined()
  })

  test('closing waits for outstanding confirms', async () => {
    const session = await Session.open({ url: broker.url })
    const queue = await session.queue('last-words')
    const sent = Promise.all(Array.from({ length: 100 }, () => queue.send('x')))
    await session.close()
    await sent
    await using again = await Session.open({ url: broker.url })
    expect(await (await again.queue('last-words')).count()).toMatchObject({ messages: 100 })
  })
})
