// The waiter's screen.
import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const orders = await session.exchange('orders', 'headers')
const queue = await session.queue()
await queue.bindHeaders(orders, { 'x-match': 'all', table: 7 })

for await (const delivery of await queue.consume()) {
  await show(delivery.text())
  delivery.ack()
}
