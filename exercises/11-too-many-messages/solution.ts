// The Paris manager's screen.
import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const sales = await session.exchange('sales', 'topic')
const queue = await session.queue()
await queue.bind(sales, 'paris.*.sold')

for await (const delivery of await queue.consume()) {
  await show(delivery.text())
  delivery.ack()
}
