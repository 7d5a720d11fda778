// The shop: sends the orders of the day.
import { inFlight, Session } from '@messaging-patterns/shared'

const orders = Array.from({ length: 300 }, (_, i) => `order ${i + 1}`)

await using session = await Session.open()
const queue = await session.queue('orders')

const confirmed = inFlight(orders, (order) => queue.send(order), { window: 50 })
for await (const order of confirmed) console.log(`${order} confirmed`)
