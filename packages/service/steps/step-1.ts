// Step 1: stores the order, then publishes the event. If the process dies in between, no other program
// learns about the order.
import { randomUUID } from 'node:crypto'

import { noFaults } from '../src/faults/faults.ts'
import { killAt, print, runStep, survives } from './stage.ts'

await runStep(async ({ database, exchange, queue }) => {
  const payment = await queue('orders.payment', ['order.placed'])

  async function placeOrder(customer: string, faults = noFaults): Promise<void> {
    const order = { customer, sku: 'tea', quantity: 2, amount: 900 }
    await database.query(
      `insert into orders (id, request_key, customer, sku, quantity, amount)
       values ($1, $2, $3, $4, $5, $6)`,
      [randomUUID(), randomUUID(), order.customer, order.sku, order.quantity, order.amount],
    )
    faults.reach('api: committed, not answered')
    await exchange.publish('order.placed', { ...order, currency: 'EUR' })
  }

  print('Ada orders tea.')
  await placeOrder('ada@example.com')
  print('Bob orders tea.')
  await survives(() => placeOrder('bob@example.com', killAt('api: committed, not answered')))

  const orders = await database.query('select id from orders')
  const { messages } = await payment.count()
  print(`orders in the database: ${orders.length}, events for payment: ${messages}`)
})
