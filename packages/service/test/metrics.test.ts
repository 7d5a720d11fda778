import { Session } from '@messaging-patterns/shared'
import { testBroker, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { noFaults } from '../src/faults/faults.ts'
import { startConsumer, type Consumer } from '../src/inbox/consumer.ts'
import { createLog } from '../src/logs/log.ts'
import { headersOf } from '../src/messages/envelope.ts'
import { Metrics } from '../src/metrics/metrics.ts'
import type { Database, Queries } from '../src/storage/database.ts'
import { placed } from './events.ts'
import { parseMetrics, valueOf } from './prometheus.ts'

const queries: Queries = {
  // As if a row had been inserted: nothing was handled before.
  query: async <Row extends object>() => [{}] as Row[],
}
const database: Database = {
  ...queries,
  transaction: (work) => work(queries),
  [Symbol.asyncDispose]: async () => {},
}
const log = createLog({ level: 'error', format: 'text', write: () => {} })

/** Handles nothing before `open`, and fails at its first event. */
class Gate implements Consumer {
  readonly name = 'payment'
  readonly events = ['order.placed'] as const
  handled = 0
  #open = (): void => {}
  readonly #opened = new Promise<void>((resolve) => (this.#open = resolve))

  open(): void {
    this.#open()
  }

  async handle(): Promise<readonly []> {
    await this.#opened
    this.handled += 1
    if (this.handled === 1) throw new Error('not today')
    return []
  }
}

test('the metrics have the backlog, the age of the oldest event, the durations and the redeliveries', async () => {
  await using broker = await testBroker()
  await using session = await Session.open({ url: broker.url })
  const exchange = await session.exchange('orders', 'topic')
  const metrics = new Metrics()
  const gate = new Gate()
  const stopping = new AbortController()
  const parts = { session, exchange, database, faults: noFaults, log, metrics }
  const subscription = await startConsumer(parts, gate, stopping.signal)
  const queue = await session.queue('orders.payment', { passive: true })
  metrics.observe({
    queues: async () => ({ [queue.name]: (await queue.count()).messages }),
    outbox: async () => ({ unsent: 3, seconds: 1.5 }),
  })
  const time = new Date(Date.now() - 60_000).toISOString()
  for (const event of Array.from({ length: 12 }, () => placed()))
    await exchange.publish(event.name, event.data, { headers: headersOf({ ...event, time }) })

  // Ten are handled at the same time. However this ends, the session waits for them.
  using _ = { [Symbol.dispose]: () => gate.open() }
  const blocked = await waitFor('two events in the queue', async () => {
    const seen = parseMetrics(await metrics.text())
    return valueOf(seen, 'orders_queue_messages', { queue: 'orders.payment' }) === 2 && seen
  })
  const age = valueOf(blocked, 'orders_oldest_message_seconds', { queue: 'orders.payment' })
  expect(age).toBeGreaterThanOrEqual(60)
  expect(valueOf(blocked, 'orders_outbox_unsent')).toBe(3)
  expect(valueOf(blocked, 'orders_outbox_oldest_seconds')).toBe(1.5)

  gate.open()
  await waitFor('the repeated event', () => gate.handled === 13)
  stopping.abort()
  await subscription.finished()
  const after = parseMetrics(await metrics.text())
  const role = 'payment'
  expect(valueOf(after, 'orders_handler_seconds_count', { role, outcome: 'ok' })).toBe(12)
  expect(valueOf(after, 'orders_handler_seconds_count', { role, outcome: 'failed' })).toBe(1)
  expect(valueOf(after, 'orders_redeliveries_total', { role })).toBe(1)
  expect(valueOf(after, 'orders_oldest_message_seconds', { queue: 'orders.payment' })).toBe(0)
})
