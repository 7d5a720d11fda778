// The baker with the large oven.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

for await (const delivery of await queue.consume({ prefetch: 4 })) {
  // Not awaited, so that several orders are in the oven at once.
  void bake(delivery.text()).then(() => delivery.ack())
}
