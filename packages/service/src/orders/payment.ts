import type { Consumer } from '../inbox/consumer.ts'
import type { NewEvent, OrderEvent } from '../messages/events.ts'

export type PaymentState = 'taken' | 'declined' | 'refunded' | 'cancelled before payment'

/** What becomes of a payment, and what to publish; undefined if nothing changes. */
export interface PaymentStep {
  readonly state: PaymentState
  readonly amount: number
  readonly event: NewEvent
}

/** Customers of this shop have 500 euros. */
const limit = 50_000

/**
 * Decides by the state of the order's payment, undefined if there is none. An order can be cancelled
 * before this role has received it, because events arrive in any order.
 */
export function decidePayment(
  current: { readonly state: PaymentState; readonly amount: number } | undefined,
  event: OrderEvent,
): PaymentStep | undefined {
  const { orderId } = event
  if (event.name === 'order.placed' && current === undefined) {
    const { amount } = event.data
    if (amount <= limit)
      return { state: 'taken', amount, event: { name: 'payment.taken', orderId, data: { amount } } }
    const reason = `the customer cannot pay ${amount / 100} ${event.data.currency}`
    return {
      state: 'declined',
      amount: 0,
      event: { name: 'payment.declined', orderId, data: { reason } },
    }
  }
  if (event.name !== 'order.cancelled') return undefined
  if (current?.state === 'taken') return refund(orderId, current.amount)
  if (current === undefined) return { ...refund(orderId, 0), state: 'cancelled before payment' }
  return undefined
}

function refund(orderId: string, amount: number): PaymentStep {
  const event: NewEvent = { name: 'payment.refunded', orderId, data: { amount } }
  return { state: 'refunded', amount, event }
}

/**
 * Takes and refunds payments. A payment provider outside of this database would be called with the order's
 * id as its idempotency key, because a transaction that is rolled back cannot take back that call.
 */
export const payment: Consumer = {
  name: 'payment',
  events: ['order.placed', 'order.cancelled'],
  async handle(event, transaction) {
    // Two events of one order wait for each other here, also when there is no row yet.
    await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [
      event.orderId,
    ])
    const [current] = await transaction.query<{ state: PaymentState; amount: number }>(
      'select state, amount from payments where order_id = $1',
      [event.orderId],
    )
    const step = decidePayment(current, event)
    if (step === undefined) return []
    await transaction.query(
      `insert into payments (order_id, state, amount) values ($1, $2, $3)
       on conflict (order_id) do update set state = $2, amount = $3`,
      [event.orderId, step.state, step.amount],
    )
    return [step.event]
  },
}
