import { expect } from 'vitest'

import { openDatabase } from '../src/storage/open-database.ts'
import { wrongEffects } from './effects.ts'

/** What a test has ordered. */
export interface Ordered {
  readonly sku: 'tea' | 'desk' | 'vase'
  readonly quantity: number
}

/** An order that is completed, one that cannot be paid, and one that is out of stock. */
export const kinds: readonly Ordered[] = [
  { sku: 'tea', quantity: 2 },
  { sku: 'desk', quantity: 3 },
  { sku: 'vase', quantity: 1 },
]

/**
 * Whether each order has ended exactly once: everything that an order does is counted in the database of
 * a service that has stopped.
 */
export async function expectExactlyOnce(url: string, ordered: readonly Ordered[]): Promise<void> {
  await using database = await openDatabase(url)
  const counted = async (sql: string): Promise<unknown> => {
    const [row] = await database.query<{ count: number }>(`select count(*)::int from ${sql}`)
    return row?.count
  }
  const completed = ordered.filter(({ sku }) => sku === 'tea')
  const sold = completed.reduce((sum, { quantity }) => sum + quantity, 0)
  expect({
    orders: await counted('orders'),
    completed: await counted("sagas where state = 'completed'"),
    cancelled: await counted("sagas where state = 'cancelled'"),
    mails: await counted('mails'),
    taken: await counted("payments where state = 'taken'"),
    reserved: await counted("reservations where state = 'reserved'"),
    available: await database.query('select sku, available from products order by sku'),
    unsent: await counted('outbox where sent_at is null'),
    // One order is followed by the same events, however often a process was killed.
    doubled: await database.query(
      `select event->>'name' as name from outbox group by event->>'orderId', name having count(*) > 1`,
    ),
    // Of consumers that were added to these.
    wrongEffects: await wrongEffects(database),
    trackedTwice: await database.query(
      `select event->>'name' as name from tracking, jsonb_array_elements(events) as event
       group by order_id, name having count(*) > 1`,
    ),
  }).toEqual({
    orders: ordered.length,
    completed: completed.length,
    cancelled: ordered.length - completed.length,
    mails: ordered.length,
    taken: completed.length,
    reserved: completed.length,
    available: [
      { sku: 'desk', available: 1_000_000 },
      { sku: 'tea', available: 1_000_000 - sold },
      { sku: 'vase', available: 0 },
    ],
    unsent: 0,
    doubled: [],
    wrongEffects: [],
    trackedTwice: [],
  })
}
