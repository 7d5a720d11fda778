// Step 2: the outbox. The event is stored with the order, in one transaction, and a relay publishes it
// afterwards. No event is lost, but one can be published twice.
import { noFaults } from '../src/faults/faults.ts'
import { readEvent } from '../src/messages/envelope.ts'
import { placeOrder } from '../src/orders/place-order.ts'
import { relayBatch } from '../src/outbox/relay.ts'
import { drain, killAt, print, runStep, survives } from './stage.ts'

await runStep(async ({ database, exchange, queue }) => {
  const payment = await queue('orders.payment', ['order.placed'])
  const tea = { customer: 'bob@example.com', sku: 'tea', quantity: 2 }

  async function relay(faults = noFaults): Promise<void> {
    const count = await relayBatch({ database, exchange, faults, isConnected: () => true })
    print(`  the relay has published ${count} event`)
  }

  print('Bob orders tea.')
  const dying = { database, faults: killAt('api: committed, not answered') }
  await survives(() => placeOrder(dying, 'request 1', tea))
  print('The service starts again.')
  await relay()

  print('Bob orders more tea.')
  await placeOrder({ database, faults: noFaults }, 'request 2', tea)
  await survives(() => relay(killAt('relay: confirmed, not marked as sent')))
  print('The service starts again.')
  await relay()

  let paid = 0
  await drain(payment, async (delivery) => {
    const event = await readEvent(delivery.headers, delivery.body)
    if (event.name === 'order.placed') paid += event.data.amount
  })
  const orders = await database.query('select id from orders')
  print(`Bob has placed ${orders.length} orders, and has paid for ${paid / 900}.`)
})
