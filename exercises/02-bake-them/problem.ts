// The baker.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

// TODO: this takes one order, or none if the queue is empty. Take all, and wait for more.
const delivery = await queue.get()
if (delivery !== undefined) {
  const order = delivery.text()
  await bake(order)
  // TODO: tell the broker that the order is done.
}
