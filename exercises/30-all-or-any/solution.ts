// The express oven.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const orders = await session.exchange('orders', 'headers')
const queue = await session.queue('express oven')
await queue.bindHeaders(orders, { 'x-match': 'all', product: 'cake', express: true })

for await (const delivery of await queue.consume()) {
  await bake(delivery.text())
  delivery.ack()
}
