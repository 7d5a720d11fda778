// The register.
import { Session } from '@messaging-patterns/shared'

const orders = [
  { order: 'order 1', key: 'bread' },
  { order: 'order 2', key: 'sushi' },
  { order: 'order 3', key: 'cake' },
]

await using session = await Session.open()
const exchange = await session.exchange('orders', 'direct')
const bakery = await session.queue('bakery')
await bakery.bind(exchange, 'bread', 'cake')

for (const { order, key } of orders) await exchange.publish(key, order)
