import type { Consumer } from './consumer.ts'
import type { OrderPlaced } from './events.ts'

/** What an invoice says. A function, so that a test needs nothing else. */
export function invoiceFor({ data: { customer, amount } }: OrderPlaced): string {
  return `${customer} pays ${(amount / 100).toFixed(2)} EUR`
}

/** Writes an invoice for each order. */
export const invoices: Consumer = {
  name: 'invoices',
  async handle(event, transaction) {
    await transaction.query('insert into invoices (order_id, text) values ($1, $2)', [
      event.orderId,
      invoiceFor(event),
    ])
  },
}
