import { describe, expect, it } from 'vitest'

import { startTestBroker } from '../../src/testing/index.ts'
import { TestClock } from '../../src/testing/test-clock.ts'
import { openClient, send } from './support/client.ts'

describe('the clock of a test', () => {
  it('runs what is due before advance returns, in its order', () => {
    const clock = new TestClock()
    const ran: string[] = []
    const began = clock.now()
    let secondAfter = 0
    clock.after(2000, () => {
      ran.push('second')
      secondAfter = clock.now() - began
    })
    clock.after(1000, () => {
      ran.push('first')
      clock.after(500, () => ran.push('set by the first'))
    })
    clock.after(3000, () => ran.push('too late'))
    clock.after(10, () => ran.push('called off'))[Symbol.dispose]()
    clock.advance(2500)
    expect(ran).toEqual(['first', 'set by the first', 'second'])
    expect(secondAfter).toBeGreaterThanOrEqual(2000)
    expect(secondAfter).toBeLessThan(2500)
    expect(clock.now() - began).toBeGreaterThanOrEqual(2500)
  })

  it('also runs by itself', async () => {
    const clock = new TestClock()
    clock.advance(60_000)
    await new Promise<void>((resolve) => {
      clock.after(5, resolve)
    })
  })

  it('brings forward what was due later', async () => {
    const clock = new TestClock()
    const ran = new Promise<void>((resolve) => {
      clock.after(60_005, resolve)
    })
    clock.advance(60_000)
    await ran
  })

  it.each([-1, Number.NaN])('does not go back, or by %s', (ms) => {
    expect(() => new TestClock().advance(ms)).toThrow(RangeError)
  })

  it('expires messages, and dead-letters them', async () => {
    await using broker = await startTestBroker()
    await using client = await openClient(broker)
    const dead = { deadLetterExchange: '', deadLetterRoutingKey: 'late' }
    await client.channel.assertQueue('late')
    await client.channel.assertQueue('orders', { messageTtl: 3_600_000, ...dead })
    await send(client, 'orders', 'one')
    broker.clock.advance(3_500_000)
    expect(broker.queue('late').received).toEqual([])
    broker.clock.advance(100_000)
    expect(broker.queue('late').received).toMatchObject([{ text: 'one' }])
  })

  it('takes a message from a consumer that is too slow, and keeps the connection', async () => {
    await using broker = await startTestBroker()
    await using client = await openClient(broker)
    const { channel } = client
    await channel.assertQueue('jobs', { arguments: { 'x-queue-type': 'quorum' } })
    const cancelled = new Promise<void>((resolve, reject) => {
      channel.consume('jobs', (message) => message ?? resolve()).catch(reject)
    })
    await send(client, 'jobs', 'one')
    const jobs = broker.queue('jobs')
    await jobs.until('delivered')
    broker.clock.advance(1_800_000)
    await cancelled
    await jobs.until('requeued')
    expect(broker.connections()).toMatchObject([{ state: 'running' }])
  })
})
