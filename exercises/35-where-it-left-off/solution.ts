// The bookkeeper: records the orders in the books.
import { Session } from '@messaging-patterns/shared'

import { bookmark, record } from '../world.ts'

await using session = await Session.open()
const orders = await session.stream('orders')

for await (const order of await orders.consume({ resume: { store: bookmark } })) {
  await record(order.text())
  order.ack()
}
