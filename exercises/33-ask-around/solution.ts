// The buyer: asks all suppliers for a price.
import { randomUUID } from 'node:crypto'

import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const suppliers = await session.exchange('suppliers', 'fanout')
const answers = await session.queue()

const correlationId = randomUUID()
await suppliers.publish('', 'flour', { replyTo: answers.name, correlationId, expiration: 500 })

const prices: number[] = []
for await (const answer of await answers.consume({ signal: AbortSignal.timeout(500) })) {
  answer.ack()
  if (answer.correlationId === correlationId) prices.push(Number(answer.text()))
}
await show(`flour costs ${Math.min(...prices)}`)
