// The register: sends the first orders of the day to the bakers.
import { Session } from '@messaging-patterns/shared'

const orders = ['order 1', 'order 2', 'order 3', 'order 4', 'order 5']

await using session = await Session.open()
const queue = await session.queue('orders')

for (const order of orders) {
  // TODO: send the order to the queue.
  console.log(`${order} sent to ${queue.name}`)
}
