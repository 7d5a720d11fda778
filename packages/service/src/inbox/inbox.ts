import type { Queries } from '../storage/database.ts'

/**
 * Remembers that this consumer handles an event; false if it has handled it before. It belongs into the
 * transaction of the handler: if that is rolled back, the event has not been handled.
 */
export async function addToInbox(
  transaction: Queries,
  entry: { readonly consumer: string; readonly eventId: string },
): Promise<boolean> {
  const rows = await transaction.query(
    'insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning event_id',
    [entry.consumer, entry.eventId],
  )
  return rows.length > 0
}
