// A screen. Two of them are running.
import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const news = await session.exchange('news', 'fanout')
const queue = await session.queue()
await queue.bind(news)

for await (const delivery of await queue.consume()) {
  await show(delivery.text())
  delivery.ack()
}
