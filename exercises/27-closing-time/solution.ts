// The baker.
import { Session } from '@messaging-patterns/shared'

import { bake } from '../world.ts'

const stop = new AbortController()
process.once('SIGTERM', () => {
  console.log('closing time')
  stop.abort()
})

await using session = await Session.open()
const queue = await session.queue('orders')

for await (const delivery of await queue.consume({ signal: stop.signal })) {
  await bake(delivery.text())
  delivery.ack()
}
