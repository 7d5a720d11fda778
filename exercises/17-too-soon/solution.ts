// The register.
import { Session } from '@messaging-patterns/shared'

import { accept } from '../world.ts'

const orders = ['order 1', 'order 2', 'order 3', 'order 4', 'order 5']

await using session = await Session.open()
const queue = await session.queue('orders')

for (const order of orders) {
  await queue.send(order)
  await accept(order)
}
