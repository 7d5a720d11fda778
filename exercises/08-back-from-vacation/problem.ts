// The bookkeeper.
import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const sales = await session.exchange('sales', 'fanout')
const queue = await session.queue()
await queue.bind(sales)

for await (const delivery of await queue.consume()) {
  await show(delivery.text())
  delivery.ack()
}
