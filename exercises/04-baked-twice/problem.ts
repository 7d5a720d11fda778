// The baker, with up to ten orders on the table.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

for await (const delivery of await queue.consume({ prefetch: 10 })) {
  const order = delivery.text()
  await bake(order)
  console.log(`${order} is done`)
}
