// The register.
import { MessagingError, Session } from '@messaging-patterns/shared'

import { accept, refuse } from '../world.ts'

const orders = [
  { order: 'order 1', key: 'bread' },
  { order: 'order 2', key: 'sushi' },
  { order: 'order 3', key: 'cake' },
]

await using session = await Session.open()
const exchange = await session.exchange('orders', 'direct')

for (const { order, key } of orders) {
  try {
    await exchange.publish(key, order)
    await accept(order)
  } catch (error) {
    if (!(error instanceof MessagingError && error.code === 'UNROUTABLE')) throw error
    await refuse(order)
  }
}
