import { randomUUID } from 'node:crypto'

import { z } from 'zod'

import type { Faults } from '../faults/faults.ts'
import { addToOutbox } from '../outbox/outbox.ts'
import type { Database, Queries } from '../storage/database.ts'
import { newSaga } from './saga.ts'

/** What a customer sends. */
export const orderRequest = z.object({
  customer: z.email(),
  sku: z.string().min(1),
  quantity: z.int().min(1).max(1000),
})

export type OrderRequest = z.infer<typeof orderRequest>

/** What became of a request. */
export type Placed =
  | { readonly outcome: 'placed' | 'placed before'; readonly id: string }
  | { readonly outcome: 'other order' | 'no such product' }

interface OrderParts {
  readonly database: Database
  readonly faults: Faults
}

/**
 * Stores an order, its saga and its first event in one transaction. There is no moment in which one of
 * them exists without the others. A customer who got no answer sends the request again with the same
 * key, and gets the order that was placed.
 */
export async function placeOrder(
  { database, faults }: OrderParts,
  requestKey: string,
  request: OrderRequest,
): Promise<Placed> {
  const placed = await database.transaction(async (transaction) => {
    const result = await store(transaction, requestKey, request)
    if (result.outcome === 'placed') faults.reach('api: order stored, not committed')
    return result
  })
  if (placed.outcome === 'placed') faults.reach('api: committed, not answered')
  return placed
}

async function store(
  transaction: Queries,
  requestKey: string,
  request: OrderRequest,
): Promise<Placed> {
  const { customer, sku, quantity } = request
  const [product] = await transaction.query<{ price: number }>(
    'select price from products where sku = $1',
    [sku],
  )
  if (product === undefined) return { outcome: 'no such product' }
  const orderId = randomUUID()
  const amount = product.price * quantity
  const stored = await transaction.query(
    `insert into orders (id, request_key, customer, sku, quantity, amount)
     values ($1, $2, $3, $4, $5, $6) on conflict (request_key) do nothing returning id`,
    [orderId, requestKey, customer, sku, quantity, amount],
  )
  if (stored.length === 0) return findPlaced(transaction, requestKey, request)
  const { state, payment, stock, mail } = newSaga
  await transaction.query(
    'insert into sagas (order_id, state, payment, stock, mail) values ($1, $2, $3, $4, $5)',
    [orderId, state, payment, stock, mail],
  )
  const data = { customer, sku, quantity, amount, currency: 'EUR' }
  await addToOutbox(transaction, [{ name: 'order.placed', orderId, data }])
  return { outcome: 'placed', id: orderId }
}

/** The order of an earlier request with the same key. */
async function findPlaced(
  transaction: Queries,
  requestKey: string,
  { customer, sku, quantity }: OrderRequest,
): Promise<Placed> {
  const [order] = await transaction.query<{ id: string }>(
    `select id from orders
     where request_key = $1 and customer = $2 and sku = $3 and quantity = $4`,
    [requestKey, customer, sku, quantity],
  )
  return order === undefined
    ? { outcome: 'other order' }
    : { outcome: 'placed before', id: order.id }
}

/** Whether there is such an order. */
export async function orderExists(queries: Queries, orderId: string): Promise<boolean> {
  const rows = await queries.query('select id from orders where id::text = $1', [orderId])
  return rows.length > 0
}
