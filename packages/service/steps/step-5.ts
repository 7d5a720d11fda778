// Step 5: retries and parking. What cannot be read gets out of the way, and the next event is handled.
// Now only the process itself is left, which is killed while it answers customers.
import { EventEmitter, once } from 'node:events'

import { parkingQueueOptions } from '@messaging-patterns/shared'

import { noFaults, type Faults } from '../src/faults/faults.ts'
import { startConsumer, type ConsumerParts } from '../src/inbox/consumer.ts'
import { createLog } from '../src/logs/log.ts'
import { Metrics } from '../src/metrics/metrics.ts'
import { payment } from '../src/orders/payment.ts'
import { placeOrder } from '../src/orders/place-order.ts'
import { relayBatch } from '../src/outbox/relay.ts'
import { publishVersion3 } from './from-the-future.ts'
import { print, runStep } from './stage.ts'
import { stopUnderLoad } from './under-load.ts'

await runStep(async ({ database, session, exchange, queue }) => {
  await queue('orders.payment', payment.events)
  const parked = await queue('orders.payment.parked', [], parkingQueueOptions)

  print('Another program publishes version 3 of an event, and then Bob orders tea.')
  await publishVersion3(exchange)
  const tea = { customer: 'bob@example.com', sku: 'tea', quantity: 2 }
  await placeOrder({ database, faults: noFaults }, 'request 1', tea)
  await relayBatch({ database, exchange, faults: noFaults, isConnected: () => true })

  const points = new EventEmitter()
  const faults: Faults = { reach: (point) => void points.emit(point) }
  const handled = once(points, 'payment: acknowledged')
  const log = createLog({ level: 'info', format: 'text', write: (line) => print(`  ${line}`) })
  const metrics = new Metrics()
  const parts: ConsumerParts = { session, exchange, database, faults, log, metrics }
  const subscription = await startConsumer(parts, payment, new AbortController().signal)
  await handled
  await subscription.cancel()
  const payments = await database.query("select state from payments where state = 'taken'")
  print(`payments: ${payments.length}, parked: ${(await parked.count()).messages}`)
})

print('20 customers order at the same time, and the process is killed.')
await stopUnderLoad('kill')
