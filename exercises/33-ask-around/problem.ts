// The buyer: asks all suppliers for a price.
import { randomUUID } from 'node:crypto'

import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const suppliers = await session.exchange('suppliers', 'fanout')
const answers = await session.queue()

const correlationId = randomUUID()
await suppliers.publish('', 'flour', { replyTo: answers.name, correlationId })

for await (const answer of await answers.consume()) {
  answer.ack()
  if (answer.correlationId !== correlationId) continue
  await show(`flour costs ${answer.text()}`)
  break
}
