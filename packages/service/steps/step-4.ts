// Step 4: the saga. It follows all events of an order. When one of two roles fails, it has the other one
// undo its part. But it cannot go on when it cannot read an event.
import type { Queue } from '@messaging-patterns/shared'

import { noFaults } from '../src/faults/faults.ts'
import { handleOnce, type Consumer } from '../src/inbox/consumer.ts'
import { readEvent, UnreadableEvent } from '../src/messages/envelope.ts'
import { mail } from '../src/orders/mail.ts'
import { payment } from '../src/orders/payment.ts'
import { placeOrder } from '../src/orders/place-order.ts'
import { saga } from '../src/orders/saga.ts'
import { stock } from '../src/orders/stock.ts'
import { relayBatch } from '../src/outbox/relay.ts'
import { publishVersion3 } from './from-the-future.ts'
import { drain, print, runStep } from './stage.ts'

await runStep(async ({ database, exchange, queue }) => {
  const consumers: readonly Consumer[] = [payment, stock, saga, mail]
  const roles: { readonly consumer: Consumer; readonly from: Queue }[] = []
  for (const consumer of consumers)
    roles.push({ consumer, from: await queue(`orders.${consumer.name}`, consumer.events) })

  /** One turn: publishes the outbox, and lets each role handle what is in its queue. */
  async function turn(): Promise<number> {
    await relayBatch({ database, exchange, faults: noFaults, isConnected: () => true })
    let count = 0
    for (const { consumer, from } of roles)
      count += await drain(from, async (delivery) => {
        const event = await readEvent(delivery.headers, delivery.body)
        print(`  ${consumer.name} receives ${event.name}`)
        await handleOnce({ database, faults: noFaults }, consumer, event)
      })
    return count
  }

  print('Bob orders 3 desks. He cannot pay for more than 2.')
  const desks = { customer: 'bob@example.com', sku: 'desk', quantity: 3 }
  await placeOrder({ database, faults: noFaults }, 'request 1', desks)
  let moved = 1
  while (moved > 0) moved = await turn()
  const [end] = await database.query<{ state: string; payment: string; stock: string }>(
    'select state, payment, stock from sagas',
  )
  print(`the order is ${end?.state}: payment ${end?.payment}, stock ${end?.stock}`)

  print('Another program publishes version 3 of an event.')
  await publishVersion3(exchange)
  let failures = 0
  for (let attempt = 0; attempt < 5; attempt++)
    await turn().catch((error: unknown) => {
      if (!(error instanceof UnreadableEvent)) throw error
      failures += 1
    })
  print(`  payment cannot read it, ${failures} times: it stays at the head of the queue`)
})
