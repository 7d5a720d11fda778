// The baker.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
await session.queue('orders.unreadable')
// The broker moves rejected messages to the queue "orders.unreadable".
const queue = await session.queue('orders', {
  arguments: {
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': 'orders.unreadable',
  },
})

for await (const delivery of await queue.consume()) {
  let order: string
  try {
    order = JSON.parse(delivery.text()).order
  } catch {
    delivery.reject()
    continue
  }
  await bake(order)
  delivery.ack()
}
