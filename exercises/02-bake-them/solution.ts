// The baker.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

for await (const delivery of await queue.consume()) {
  const order = delivery.text()
  await bake(order)
  delivery.ack()
}
