// The payment service: charges the customers' cards.
import { randomUUID } from 'node:crypto'

import { Session } from '@messaging-patterns/shared'

import { charge } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('payments')

for await (const delivery of await queue.consume()) {
  await charge(delivery.text(), randomUUID())
  delivery.ack()
}
