import { randomUUID } from 'node:crypto'

import type { NewEvent, OrderEvent } from '../messages/events.ts'
import type { Queries } from '../storage/database.ts'

/**
 * Stores events in the transaction that makes them true: both are committed, or neither is. The relay
 * publishes them afterwards.
 */
export async function addToOutbox(
  transaction: Queries,
  events: readonly NewEvent[],
): Promise<void> {
  for (const event of events) {
    const id = randomUUID()
    const complete: OrderEvent = { ...event, id, time: new Date().toISOString() }
    await transaction.query('insert into outbox (event_id, event) values ($1, $2)', [
      id,
      JSON.stringify(complete),
    ])
  }
}

/**
 * Has all events published again, for a broker that has lost them. Consumers recognize those that they
 * have handled.
 */
export async function publishAgain(database: Queries): Promise<void> {
  await database.query('update outbox set sent_at = null')
}
