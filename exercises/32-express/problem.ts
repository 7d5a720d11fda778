// The register.
import { Session } from '@messaging-patterns/shared'

const orders = [
  { order: 'order 1', express: false },
  { order: 'order 2', express: false },
  { order: 'order 3', express: true },
  { order: 'order 4', express: false },
  { order: 'order 5', express: true },
]

await using session = await Session.open()
const queue = await session.queue('orders', {
  type: 'classic',
  arguments: { 'x-max-priority': 5 },
})

for (const { order, express } of orders) {
  await queue.send(order)
  console.log(`${order} sent${express ? ', express' : ''}`)
}
