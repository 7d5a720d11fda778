// The bookkeeper: records the orders in the books, four at a time.
import { Session } from '@messaging-patterns/shared'

import { bookmark, record } from '../world.ts'

await using session = await Session.open()
const orders = await session.stream('orders')
const offset = await bookmark.load()

const subscription = await orders.consume(
  async (order) => {
    await record(order.text())
    await bookmark.save(Number(order.offset))
  },
  { from: offset === undefined ? 'first' : offset + 1, concurrency: 4 },
)
await subscription.finished()
