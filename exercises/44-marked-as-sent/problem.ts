// The relay: publishes the orders of the outbox.
import { Session } from '@messaging-patterns/shared'

import { markSent, nextUnsent } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('orders')

for (;;) {
  const order = await nextUnsent()
  if (order === undefined) break
  await markSent(order)
  await queue.send(`order ${order}`, { messageId: `order-${order}` })
}
