// The screen in the manager's office.
import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const orders = await session.stream('orders')

for await (const order of await orders.consume({ from: 'first', prefetch: 10 })) {
  await show(order.text())
  order.ack()
}
