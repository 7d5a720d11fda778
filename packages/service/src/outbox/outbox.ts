import { randomUUID } from 'node:crypto'

import type { NewEvent, OrderEvent } from '../messages/events.ts'
import type { Queries } from '../storage/database.ts'
import { currentTrace, type TraceHeaders } from '../traces/context.ts'

/** An event in the outbox, and what has caused it, so that the relay can continue the trace. */
export type StoredEvent = OrderEvent & { readonly trace?: TraceHeaders | undefined }

/**
 * Stores events in the transaction that makes them true: both are committed, or neither is. The relay
 * publishes them afterwards.
 */
export async function addToOutbox(
  transaction: Queries,
  events: readonly NewEvent[],
): Promise<void> {
  const trace = currentTrace()
  for (const event of events) {
    const id = randomUUID()
    const complete: StoredEvent = { ...event, id, time: new Date().toISOString(), trace }
    await transaction.query('insert into outbox (event_id, event) values ($1, $2)', [
      id,
      JSON.stringify(complete),
    ])
  }
}

/** How many events wait for the relay, and for how many seconds the oldest one does. */
export async function backlogOf(
  database: Queries,
): Promise<{ readonly unsent: number; readonly seconds: number }> {
  const [row] = await database.query<{ unsent: number; seconds: number }>(
    `select count(*)::int as unsent,
       coalesce(extract(epoch from now() - min((event->>'time')::timestamptz)), 0)::float as seconds
     from outbox where sent_at is null`,
  )
  return row ?? { unsent: 0, seconds: 0 }
}

/**
 * Has all events published again, for a broker that has lost them. Consumers recognize those that they
 * have handled.
 */
export async function publishAgain(database: Queries): Promise<void> {
  await database.query('update outbox set sent_at = null')
}
