import { getEventListeners } from 'node:events'

import { Session } from '@messaging-patterns/shared'
import {
  collectGarbage,
  TcpProxy,
  testBroker,
  testDeadline,
  waitFor,
  type TestBroker,
} from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import { fault } from './support/fault.ts'
import { complete, consume, Producer } from './support/traffic.ts'

const seconds = Number(process.env['SOAK_SECONDS'] ?? 5)

/** The memory in use after a garbage collection. */
function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

async function onBroker(broker: TestBroker, what: 'connections' | 'channels'): Promise<number> {
  const all = (await broker.management?.request('GET', what)) as { vhost: string }[]
  return all.filter(({ vhost }) => vhost === broker.vhost).length
}

/** Creates and removes one of each resource that a long-running program uses. */
async function comeAndGo(session: Session, signal: AbortSignal): Promise<void> {
  const queue = await session.queue()
  await queue.send('x')
  expect((await queue.get())?.ack()).toBe(true)
  {
    await using subscription = await queue.consume({ signal })
    await queue.send('y')
    const { value } = await subscription.next()
    value?.ack()
  }
  await queue.delete()
}

fault(
  `a soak of ${seconds} seconds: connections cut, queues and consumers that come and go`,
  async ({ tally }) => {
    await using broker = await testBroker()
    await using proxy = await TcpProxy.start(broker.url)
    const warnings: Error[] = []
    const warned = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', warned)
    let cuts = 0
    {
      const options = { url: proxy.url }
      await using producing = await Session.open(options)
      await using consuming = await Session.open(options)
      await using steady = await Session.open({ url: broker.url })
      const producer = new Producer(await producing.queue('soak'), tally, { window: 32 })
      await using _subscription = await consume(consuming, 'soak', tally)
      const stop = new AbortController()
      const started = performance.now()
      const elapsed = (): number => (performance.now() - started) / (seconds * 1000)
      let settled = 0
      while (elapsed() < 1) {
        for (let i = 0; i < 20; i++) await comeAndGo(steady, stop.signal)
        proxy.cut()
        cuts += 1
        tally.fault()
        await waitFor('the recovery', () => tally.hasRecovered)
        // At first, V8 compiles code and pools grow.
        if (settled === 0 && elapsed() > 0.3) settled = heapUsed()
      }
      await producer.finish()
      await complete(tally)
      expect(heapUsed() - settled).toBeLessThan(8 * 1024 * 1024)
      // One channel per session for publishing, and one for each subscription.
      await waitFor('4 channels', async () => (await onBroker(broker, 'channels')) === 4)
      await waitFor('3 connections', async () => (await onBroker(broker, 'connections')) === 3)
      expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0)
    }
    await waitFor('no connection', async () => (await onBroker(broker, 'connections')) === 0)
    expect(warnings).toEqual([])
    process.off('warning', warned)
    // Each cut causes duplicates: the unconfirmed and the unacknowledged messages.
    expect(tally.duplicates).toBeLessThanOrEqual(cuts * (32 + 100))
  },
  { timeout: testDeadline + seconds * 1000 },
)
