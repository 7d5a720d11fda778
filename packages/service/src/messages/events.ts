import { z } from 'zod'

import { oldVersion, type EventType } from './event-type.ts'

const customer = z.email()
const amount = z.int().min(0).describe('In the smallest unit of the currency')
const reason = z.string()

const orderPlaced1 = z.object({
  customer,
  sku: z.string(),
  quantity: z.int().positive(),
  amount,
})
const orderPlaced2 = orderPlaced1.extend({ currency: z.string().length(3) })

/** All events of the service, by name. The name is also the routing key. */
export const eventTypes = {
  'order.placed': {
    describe: 'A customer has placed an order.',
    version: 2,
    schema: orderPlaced2,
    // Before version 2, all prices were in euros.
    old: { 1: oldVersion(orderPlaced1, (data) => ({ ...data, currency: 'EUR' })) },
  },
  'order.confirmed': firstVersion(
    'The order is paid, and its products are reserved.',
    z.object({ customer }),
  ),
  'order.cancelled': firstVersion(
    'Payment or stock has failed. What the other one has done must be undone.',
    z.object({ customer, reason }),
  ),
  'payment.taken': firstVersion('The customer has paid.', z.object({ amount })),
  'payment.declined': firstVersion('The customer cannot pay.', z.object({ reason })),
  'payment.refunded': firstVersion(
    'The customer has the money back. The amount is 0 if none had been taken.',
    z.object({ amount }),
  ),
  'stock.reserved': firstVersion('The products are reserved.', z.object({})),
  'stock.refused': firstVersion('There are not enough products.', z.object({ reason })),
  'stock.released': firstVersion(
    'The products are for sale again. The quantity is 0 if none had been reserved.',
    z.object({ quantity: z.int().min(0) }),
  ),
  'mail.sent': firstVersion('The customer knows how it ended.', z.object({})),
} as const

function firstVersion<Data>(describe: string, schema: EventType<Data>['schema']): EventType<Data> {
  return { describe, version: 1, schema, old: {} }
}

export type EventName = keyof typeof eventTypes

type DataOf<Name extends EventName> =
  (typeof eventTypes)[Name] extends EventType<infer Data> ? Data : never

/** An event that a handler wants to be published. */
export type NewEvent = {
  [Name in EventName]: {
    readonly name: Name
    readonly orderId: string
    readonly data: DataOf<Name>
  }
}[EventName]

/** An event that was published. */
export type OrderEvent = NewEvent & {
  /** The same for all copies of the event. */
  readonly id: string
  readonly time: string
}

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(eventTypes, name)
}
