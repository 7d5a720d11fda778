import { Session } from '@messaging-patterns/shared'
import { testBroker, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { noFaults } from '../src/faults/faults.ts'
import { startConsumer } from '../src/inbox/consumer.ts'
import { Metrics } from '../src/metrics/metrics.ts'
import { headersOf } from '../src/messages/envelope.ts'
import { createLog } from '../src/logs/log.ts'
import { payment } from '../src/orders/payment.ts'
import { DatabaseUnavailable, type Database } from '../src/storage/database.ts'
import { placed } from './events.ts'

/** A database that cannot be reached. */
class Away implements Database {
  attempts = 0

  async query(): Promise<never> {
    throw new DatabaseUnavailable('away')
  }

  async transaction(): Promise<never> {
    this.attempts += 1
    throw new DatabaseUnavailable('away')
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

test('while the database is away, an event uses up no attempts, and is requeued at the end', async () => {
  await using broker = await testBroker()
  await using session = await Session.open({ url: broker.url })
  const exchange = await session.exchange('orders', 'topic')
  const database = new Away()
  const lines: string[] = []
  const log = createLog({ level: 'info', format: 'text', write: (line) => lines.push(line) })
  const stopping = new AbortController()
  const subscription = await startConsumer(
    { session, exchange, database, faults: noFaults, log, metrics: new Metrics() },
    payment,
    stopping.signal,
  )
  const event = placed()
  await exchange.publish(event.name, event.data, { headers: headersOf(event) })

  // A handler that fails is tried five times.
  await waitFor('more attempts than those of a failure', () => database.attempts > 6)
  stopping.abort()
  await subscription.finished()
  expect(lines).toEqual([])
  const queue = await session.queue('orders.payment', { passive: true })
  await waitFor('the requeued event', async () => (await queue.count()).messages === 1)
})
