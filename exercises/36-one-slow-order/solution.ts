// The bookkeeper: records the orders in the books, four at a time.
import { Session } from '@messaging-patterns/shared'

import { bookmark, record } from '../world.ts'

await using session = await Session.open()
const orders = await session.stream('orders')

const subscription = await orders.consume(
  async (order) => {
    await record(order.text())
  },
  { resume: { store: bookmark }, concurrency: 4 },
)
await subscription.finished()
