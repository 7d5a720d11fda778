// The baker at the cake oven.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const orders = await session.stream('orders')

for await (const order of await orders.consume({ from: 'first', filter: 'cake', prefetch: 10 })) {
  if (order.headers['product'] === 'cake') await bake(order.text())
  order.ack()
}
