// The baker with the large oven.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

for await (const delivery of await queue.consume({ prefetch: 4 })) {
  // Not awaited: the next order goes into the oven beside this one.
  void bake(delivery.text()).then(() => delivery.ack())
}
