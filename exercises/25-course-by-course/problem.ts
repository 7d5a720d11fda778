// A baker. Two of them are running.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

await using session = await Session.open()
const queue = await session.queue('courses')

for await (const delivery of await queue.consume()) {
  await bake(delivery.text())
  delivery.ack()
}
