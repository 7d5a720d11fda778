// Step 3: the inbox. The ids of handled events are in the same database as the effect. An event can
// arrive twice, and has its effect once. But some orders have an effect that nobody wants.
import { noFaults } from '../src/faults/faults.ts'
import { handleOnce, type Consumer } from '../src/inbox/consumer.ts'
import { readEvent } from '../src/messages/envelope.ts'
import { payment } from '../src/orders/payment.ts'
import { placeOrder } from '../src/orders/place-order.ts'
import { saga } from '../src/orders/saga.ts'
import { stock } from '../src/orders/stock.ts'
import { relayBatch } from '../src/outbox/relay.ts'
import { drain, killAt, print, runStep, survives } from './stage.ts'

await runStep(async ({ database, exchange, queue }) => {
  const queues = {
    payment: await queue('orders.payment', ['order.placed']),
    stock: await queue('orders.stock', ['order.placed']),
  }
  // Nobody consumes from it yet.
  await queue('orders.saga', saga.events)
  const calm = { database, faults: noFaults }
  const bob = 'bob@example.com'

  async function relay(faults = noFaults): Promise<void> {
    await relayBatch({ database, exchange, faults, isConnected: () => true })
  }

  async function consume(consumer: Consumer, from: keyof typeof queues, faults = noFaults) {
    const count = await drain(queues[from], async (delivery) => {
      const event = await readEvent(delivery.headers, delivery.body)
      await handleOnce({ database, faults }, consumer, event)
      faults.reach('payment: committed, not acknowledged')
    })
    print(`  ${from} has received ${count} events`)
  }

  print('Bob orders tea. Its event is published twice, as in step 2.')
  await placeOrder(calm, 'request 1', { customer: bob, sku: 'tea', quantity: 2 })
  await survives(() => relay(killAt('relay: confirmed, not marked as sent')))
  await relay()
  await consume(payment, 'payment', killAt('payment: handled, not committed'))
  const payments = await database.query('select order_id from payments')
  print(`payments: ${payments.length}`)

  print('Bob orders 3 desks. He cannot pay for more than 2.')
  await placeOrder(calm, 'request 2', { customer: bob, sku: 'desk', quantity: 3 })
  await relay()
  await consume(payment, 'payment', killAt('payment: committed, not acknowledged'))
  await consume(stock, 'stock')
  const [desks] = await database.query<{ payment: string; stock: string }>(
    `select payments.state as payment, reservations.state as stock
     from payments join reservations using (order_id) where sku = 'desk'`,
  )
  print(`the payment is ${desks?.payment}, and the desks are ${desks?.stock}`)
})
