// The oven for bread and cake.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const orders = await session.exchange('orders', 'direct')
const queue = await session.queue('oven')
await queue.bind(orders, 'bread', 'cake')

for await (const delivery of await queue.consume()) {
  await bake(delivery.text())
  delivery.ack()
}
