// Declares the queues of the counter.
import { Session } from '@messaging-patterns/shared'

await using session = await Session.open()
const counter = await session.queue('counter', {
  arguments: { 'x-message-ttl': 200 },
})
console.log(`${counter.name} is open`)
