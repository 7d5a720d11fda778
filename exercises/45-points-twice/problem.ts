// The loyalty program: ten points for each order.
import { Session } from '@messaging-patterns/shared'

import { addPoints, commit } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

for await (const delivery of await queue.consume()) {
  await addPoints(delivery.text())
  await commit()
  delivery.ack()
}
