// The shop: sends the orders of the day.
import { Session } from '@messaging-patterns/shared'

const orders = Array.from({ length: 300 }, (_, i) => `order ${i + 1}`)

await using session = await Session.open()
const queue = await session.queue('orders')

for (const order of orders) await queue.send(order)
