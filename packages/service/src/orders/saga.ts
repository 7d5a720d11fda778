import type { Consumer } from '../inbox/consumer.ts'
import type { EventName, NewEvent, OrderEvent } from '../messages/events.ts'
import type { Queries } from '../storage/database.ts'

/**
 * How far an order has come.
 *
 *     placed --> confirmed --> completed
 *        \
 *         --> cancelling --> cancelled
 */
export interface Saga {
  readonly state: 'placed' | 'confirmed' | 'completed' | 'cancelling' | 'cancelled'
  readonly payment: 'pending' | 'taken' | 'declined' | 'refunded'
  readonly stock: 'pending' | 'reserved' | 'refused' | 'released'
  readonly mail: 'pending' | 'sent'
}

export const newSaga: Saga = {
  state: 'placed',
  payment: 'pending',
  stock: 'pending',
  mail: 'pending',
}

/** The new state, and what the other roles have to do. */
export interface SagaStep {
  readonly saga: Saga
  readonly events: readonly NewEvent[]
}

/**
 * Decides how an order goes on. Payment and stock work at the same time, so their events come in any
 * order; the result is the same.
 */
export function advance(current: Saga, event: OrderEvent, customer: string): SagaStep {
  const { orderId } = event
  const saga = note(current, event)
  const state = nextState(saga)
  const next = { ...saga, state }
  if (state === saga.state) return { saga, events: [] }
  if (state === 'confirmed')
    return { saga: next, events: [{ name: 'order.confirmed', orderId, data: { customer } }] }
  if (state !== 'cancelling') return { saga: next, events: [] }
  const reason = 'reason' in event.data ? event.data.reason : 'it could not be completed'
  return { saga: next, events: [{ name: 'order.cancelled', orderId, data: { customer, reason } }] }
}

function nextState(saga: Saga): Saga['state'] {
  const { state, mail } = saga
  if (state === 'placed') return decide(saga)
  if (state === 'confirmed' && mail === 'sent') return 'completed'
  if (state === 'cancelling' && mail === 'sent' && isUndone(saga)) return 'cancelled'
  return state
}

function decide({ payment, stock }: Saga): Saga['state'] {
  if (payment === 'declined' || stock === 'refused') return 'cancelling'
  return payment === 'taken' && stock === 'reserved' ? 'confirmed' : 'placed'
}

function isUndone({ payment, stock }: Saga): boolean {
  const isUnpaid = payment === 'declined' || payment === 'refunded'
  return isUnpaid && (stock === 'refused' || stock === 'released')
}

/** What the event says. An event that is older than what is known changes nothing. */
function note(saga: Saga, { name }: OrderEvent): Saga {
  if (name === 'mail.sent') return { ...saga, mail: 'sent' }
  const payment = paymentAfter[name]
  if (payment !== undefined && (payment !== 'taken' || saga.payment === 'pending'))
    return { ...saga, payment }
  const stock = stockAfter[name]
  if (stock !== undefined && (stock !== 'reserved' || saga.stock === 'pending'))
    return { ...saga, stock }
  return saga
}

const paymentAfter: Partial<Record<EventName, Saga['payment']>> = {
  'payment.taken': 'taken',
  'payment.declined': 'declined',
  'payment.refunded': 'refunded',
}

const stockAfter: Partial<Record<EventName, Saga['stock']>> = {
  'stock.reserved': 'reserved',
  'stock.refused': 'refused',
  'stock.released': 'released',
}

/** Decides, by the events of the other roles, whether an order is confirmed or cancelled. */
export const saga: Consumer = {
  name: 'saga',
  events: [
    'payment.taken',
    'payment.declined',
    'payment.refunded',
    'stock.reserved',
    'stock.refused',
    'stock.released',
    'mail.sent',
  ],
  async handle(event, transaction) {
    const { customer, ...current } = await lockSaga(transaction, event.orderId)
    const { saga: next, events } = advance(current, event, customer)
    await transaction.query(
      'update sagas set state = $2, payment = $3, stock = $4, mail = $5 where order_id = $1',
      [event.orderId, next.state, next.payment, next.stock, next.mail],
    )
    return events
  },
}

/** Two events of one order wait for each other here, or each would decide without the other. */
async function lockSaga(
  transaction: Queries,
  orderId: string,
): Promise<Saga & { readonly customer: string }> {
  const [row] = await transaction.query<Saga & { readonly customer: string }>(
    `select state, payment, stock, mail, customer
     from sagas join orders on id = order_id where order_id = $1 for update of sagas`,
    [orderId],
  )
  if (row === undefined) throw new Error(`there is no order ${orderId}`)
  return row
}

/** The state of an order's saga; undefined if there is no such order. */
export async function findSaga(queries: Queries, orderId: string): Promise<Saga | undefined> {
  const [row] = await queries.query<Saga>(
    'select state, payment, stock, mail from sagas where order_id = $1',
    [orderId],
  )
  return row
}
