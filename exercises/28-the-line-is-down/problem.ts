// The baker at the end of a bad line.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open({ reconnectFor: 0 })
const queue = await session.queue('orders')

for await (const delivery of await queue.consume()) {
  await bake(delivery.text())
  delivery.ack()
}
