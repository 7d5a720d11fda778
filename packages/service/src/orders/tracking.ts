import type { Consumer } from '../inbox/consumer.ts'
import type { EventName, OrderEvent } from '../messages/events.ts'
import type { Queries } from '../storage/database.ts'

/** The answer to "where is my order?". */
export interface Tracking {
  readonly status: string
  readonly events: readonly { readonly name: EventName; readonly time: string }[]
}

/** What to tell the customer, the furthest step first. */
const statuses: readonly (readonly [EventName, string])[] = [
  ['order.cancelled', 'cancelled'],
  ['order.confirmed', 'on its way'],
  ['payment.declined', 'the payment was declined'],
  ['stock.refused', 'out of stock'],
  ['payment.taken', 'paid'],
  ['stock.reserved', 'reserved'],
]

/** Adds an event. The result does not depend on the order in which events arrive. */
export function track(current: Tracking | undefined, { name, time }: OrderEvent): Tracking {
  const events = [...(current?.events ?? []), { name, time }].toSorted((a, b) =>
    a.time.localeCompare(b.time),
  )
  const [, status = 'placed'] =
    statuses.find(([each]) => events.some((event) => event.name === each)) ?? []
  return { status, events }
}

/** Keeps what a customer asks for in a table of its own, a moment later than it happens. */
export const projection: Consumer = {
  name: 'projection',
  events: [
    'order.placed',
    'order.confirmed',
    'order.cancelled',
    'payment.taken',
    'payment.declined',
    'payment.refunded',
    'stock.reserved',
    'stock.refused',
    'stock.released',
    'mail.sent',
  ],
  async handle(event, transaction) {
    await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 3))', [
      event.orderId,
    ])
    const { status, events } = track(await findTracking(transaction, event.orderId), event)
    await transaction.query(
      `insert into tracking (order_id, status, events) values ($1, $2, $3)
       on conflict (order_id) do update set status = $2, events = $3`,
      [event.orderId, status, JSON.stringify(events)],
    )
    return []
  },
}

/** Undefined if the projection has not seen the order yet. */
export async function findTracking(
  queries: Queries,
  orderId: string,
): Promise<Tracking | undefined> {
  const [row] = await queries.query<Tracking>(
    'select status, events from tracking where order_id = $1',
    [orderId],
  )
  return row
}
