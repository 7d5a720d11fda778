// The register, in the evening.
import { Session } from '@messaging-patterns/shared'

const orders = ['order 1', 'order 2', 'order 3', 'order 4', 'order 5']

await using session = await Session.open()
const queue = await session.queue('tomorrow', { type: 'classic' })

for (const order of orders) await queue.send(order)
console.log(`${orders.length} orders for tomorrow`)
