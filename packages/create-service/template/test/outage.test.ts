// While the database is away, nothing is lost or parked.
import { useBroker } from '@messaging-patterns/broker/vitest'
import { Session } from '@messaging-patterns/shared'
import { expect, test, vi } from 'vitest'

import { startConsumer } from '../src/consumer.ts'
import { DatabaseUnavailable, type Database } from '../src/database.ts'
import { headersOf } from '../src/events.ts'
import { invoices } from '../src/invoices.ts'
import { openDatabase } from '../src/open-database.ts'

const waiting = { timeout: 20_000 }
const broker = await useBroker(waiting)
const queue = broker.queue('orders.invoices')

const event = {
  id: '00000000-0000-4000-8000-000000000001',
  time: '2026-11-27T00:00:00.000Z',
  orderId: '00000000-0000-4000-8000-00000000000a',
  data: { customer: 'ada@example.com', amount: 900 },
}

/** A database that cannot be reached until `isAway` is false. Then every event is in the inbox. */
class Away implements Database {
  attempts = 0
  isAway = true

  async query(): Promise<never[]> {
    return []
  }

  async transaction<T>(work: (transaction: Database) => Promise<T>): Promise<T> {
    this.attempts += 1
    if (this.isAway) throw new DatabaseUnavailable('away')
    return work(this)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

test('an event uses up no attempts, and is handled when the database is back', async () => {
  await using session = await Session.open({ url: broker.url })
  const exchange = await session.exchange('orders', 'topic')
  const database = new Away()
  const lines: string[] = []
  const { signal } = new AbortController()
  const log = (line: string): void => void lines.push(line)
  await startConsumer(invoices, { session, exchange, database, signal, log })
  await exchange.publish('order.placed', event.data, { headers: headersOf(event) })

  // A handler that fails is tried five times.
  await vi.waitUntil(() => database.attempts > 6, waiting)
  expect(lines).toEqual([])
  database.isAway = false
  await expect(queue).toHaveAcked(event.data)
})

test('a service that stops gives the event back', async () => {
  await using session = await Session.open({ url: broker.url })
  const exchange = await session.exchange('orders', 'topic')
  const database = new Away()
  const stopping = new AbortController()
  const parts = { session, exchange, database, signal: stopping.signal, log: () => {} }
  const subscription = await startConsumer(invoices, parts)
  const data = { ...event.data, amount: 1000 }
  await exchange.publish('order.placed', data, { headers: headersOf(event) })
  await vi.waitUntil(() => database.attempts > 0, waiting)

  stopping.abort()
  await subscription.finished()
  const orders = await session.queue('orders.invoices')
  await vi.waitUntil(async () => (await orders.count()).messages === 1, waiting)
})

test.each(['127.0.0.1:1', 'no-such-host.invalid'])(
  'a server that cannot be reached is not an error of the event: %s',
  async (host) => {
    await expect(openDatabase(`postgres://${host}/orders`)).rejects.toThrow(DatabaseUnavailable)
  },
)
