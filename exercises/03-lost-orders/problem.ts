// The baker.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

for await (const delivery of await queue.consume({ autoAck: true })) {
  const order = delivery.text()
  console.log(`${order} is in the oven`)
  await bake(order)
}
