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
  const { order } = JSON.parse(delivery.text())
  await bake(order)
  delivery.ack()
}
