// Moves parked orders back to their queue.
import { Session } from '@messaging-patterns/shared'

await using session = await Session.open()
const parked = await session.queue('orders.parked')
const orders = await session.queue('orders', {
  type: 'classic',
  arguments: { 'x-max-length': 2, 'x-overflow': 'reject-publish' },
})

for (let delivery = await parked.get(); delivery; delivery = await parked.get()) {
  delivery.ack()
  await orders.send(delivery.text())
}
