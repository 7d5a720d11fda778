import { randomUUID } from 'node:crypto'

import { z } from 'zod'

import type { Database } from './database.ts'
import { addToOutbox } from './outbox.ts'

/** What a customer sends. */
export const orderRequest = z.object({
  customer: z.email(),
  amount: z.int().positive().describe('In cents'),
})

/**
 * Stores an order and its event in one transaction. A customer who got no answer sends the request again
 * with the same key, and gets the order that exists.
 */
export function placeOrder(
  database: Database,
  requestKey: string,
  { customer, amount }: z.infer<typeof orderRequest>,
): Promise<string> {
  return database.transaction(async (transaction) => {
    const orderId = randomUUID()
    const stored = await transaction.query(
      `insert into orders (id, request_key, customer, amount) values ($1, $2, $3, $4)
       on conflict (request_key) do nothing returning id`,
      [orderId, requestKey, customer, amount],
    )
    if (stored.length > 0) {
      await addToOutbox(transaction, { orderId, data: { customer, amount } })
      return orderId
    }
    const [before] = await transaction.query<{ id: string }>(
      'select id from orders where request_key = $1',
      [requestKey],
    )
    return before?.id ?? ''
  })
}

/** The invoices of an order; there are none until its event has been handled. */
export async function findInvoices(database: Database, orderId: string): Promise<string[]> {
  const rows = await database.query<{ text: string }>(
    'select text from invoices where order_id::text = $1',
    [orderId],
  )
  return rows.map(({ text }) => text)
}
