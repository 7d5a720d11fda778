import type { NewEvent, OrderEvent } from '../src/messages/events.ts'

export const orderId = '018f3a52-0000-7000-8000-000000000001'
export const customer = 'ada@example.com'

let count = 0

/** An event as a consumer gets it. */
export function published(event: NewEvent): OrderEvent {
  count += 1
  const id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`
  return { ...event, id, time: new Date(count * 1000).toISOString() }
}

/** An order of some desks, which cost 250 euros each. */
export function placed(quantity = 1): OrderEvent {
  const data = { customer, sku: 'desk', quantity, amount: quantity * 25_000, currency: 'EUR' }
  return published({ name: 'order.placed', orderId, data })
}

export function cancelled(): OrderEvent {
  return published({ name: 'order.cancelled', orderId, data: { customer, reason: 'a test' } })
}
