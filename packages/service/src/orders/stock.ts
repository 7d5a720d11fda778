import type { Consumer } from '../inbox/consumer.ts'
import type { NewEvent, OrderEvent } from '../messages/events.ts'
import type { Queries } from '../storage/database.ts'

export type ReservationState = 'reserved' | 'refused' | 'released' | 'cancelled before reservation'

export interface Reservation {
  readonly state: ReservationState
  readonly sku: string
  readonly quantity: number
}

/** The new reservation, how the number of available products changes, and what to publish. */
export interface StockStep {
  readonly reservation: Reservation
  readonly change: number
  readonly event: NewEvent
}

/** What a decision depends on. */
export interface StockFacts {
  readonly current: Reservation | undefined
  /** How many products are for sale. */
  readonly available: number
}

/** Decides what an event does to the reservation of its order; undefined if nothing changes. */
export function decideStock(
  { current, available }: StockFacts,
  event: OrderEvent,
): StockStep | undefined {
  const { orderId } = event
  if (event.name === 'order.placed' && current === undefined) {
    const { sku, quantity } = event.data
    if (quantity <= available)
      return {
        reservation: { state: 'reserved', sku, quantity },
        change: -quantity,
        event: { name: 'stock.reserved', orderId, data: {} },
      }
    const reason = `${available} of "${sku}" in stock, ${quantity} ordered`
    return {
      reservation: { state: 'refused', sku, quantity: 0 },
      change: 0,
      event: { name: 'stock.refused', orderId, data: { reason } },
    }
  }
  if (event.name !== 'order.cancelled') return undefined
  if (current?.state === 'reserved') return release(orderId, { ...current, state: 'released' })
  if (current !== undefined) return undefined
  return release(orderId, { state: 'cancelled before reservation', sku: '', quantity: 0 })
}

function release(orderId: string, reservation: Reservation): StockStep {
  const { quantity } = reservation
  const event: NewEvent = { name: 'stock.released', orderId, data: { quantity } }
  return { reservation, change: quantity, event }
}

/** Reserves products, and releases them. */
export const stock: Consumer = {
  name: 'stock',
  events: ['order.placed', 'order.cancelled'],
  async handle(event, transaction) {
    await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 2))', [
      event.orderId,
    ])
    const [current] = await transaction.query<Reservation>(
      'select state, sku, quantity from reservations where order_id = $1',
      [event.orderId],
    )
    const sku = event.name === 'order.placed' ? event.data.sku : (current?.sku ?? '')
    const step = decideStock({ current, available: await lockProduct(transaction, sku) }, event)
    if (step === undefined) return []
    const { reservation, change } = step
    await transaction.query('update products set available = available + $2 where sku = $1', [
      sku,
      change,
    ])
    await transaction.query(
      `insert into reservations (order_id, state, sku, quantity) values ($1, $2, $3, $4)
       on conflict (order_id) do update set state = $2`,
      [event.orderId, reservation.state, reservation.sku, reservation.quantity],
    )
    return [step.event]
  },
}

/** How many are available, which nobody else changes before the end of the transaction. */
async function lockProduct(transaction: Queries, sku: string): Promise<number> {
  const [product] = await transaction.query<{ available: number }>(
    'select available from products where sku = $1 for update',
    [sku],
  )
  return product?.available ?? 0
}
