import type { Consumer } from '../inbox/consumer.ts'
import type { OrderEvent } from '../messages/events.ts'

/** Whom to write what; undefined if the customer does not get a mail. */
export function mailFor(
  event: OrderEvent,
): { readonly customer: string; readonly text: string } | undefined {
  if (event.name === 'order.confirmed')
    return { customer: event.data.customer, text: 'Your order is on its way.' }
  if (event.name === 'order.cancelled')
    return {
      customer: event.data.customer,
      text: `Your order was cancelled: ${event.data.reason}.`,
    }
  return undefined
}

/**
 * Writes mails into a table. A mail server is not part of the transaction: a process that dies between
 * sending and committing sends the mail again. Give the server the event's id, if it can recognize
 * duplicates by one.
 */
export const mail: Consumer = {
  name: 'mail',
  events: ['order.confirmed', 'order.cancelled'],
  async handle(event, transaction) {
    const written = mailFor(event)
    if (written === undefined) return []
    const { customer, text } = written
    await transaction.query('insert into mails (order_id, customer, text) values ($1, $2, $3)', [
      event.orderId,
      customer,
      text,
    ])
    return [{ name: 'mail.sent', orderId: event.orderId, data: {} }]
  },
}
