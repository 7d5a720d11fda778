// Declares the queues of the counter.
import { Session } from '@messaging-patterns/shared'

await using session = await Session.open()
const leftovers = await session.queue('leftovers')
const counter = await session.queue('counter', {
  arguments: {
    'x-message-ttl': 200,
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': leftovers.name,
  },
})
console.log(`${counter.name} is open`)
