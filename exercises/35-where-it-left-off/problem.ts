// The bookkeeper: records the orders in the books.
import { Session } from '@messaging-patterns/shared'

import { record } from '../world.ts'

await using session = await Session.open()
const orders = await session.stream('orders')

for await (const order of await orders.consume({ from: 'first' })) {
  await record(order.text())
  order.ack()
}
