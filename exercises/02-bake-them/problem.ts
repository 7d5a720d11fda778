// The baker.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

// TODO: this gets one order, if there is one. Get all of them, and wait for more.
const delivery = await queue.get()
if (delivery !== undefined) {
  const order = delivery.text()
  await bake(order)
  // TODO: acknowledge the order.
}
