// The baker.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

const [url] = (process.env['AMQP_URL'] ?? 'amqp://localhost:5672').split(',')

await using session = await Session.open({ url })
const queue = await session.queue('orders')

for await (const delivery of await queue.consume()) {
  await bake(delivery.text())
  delivery.ack()
}
