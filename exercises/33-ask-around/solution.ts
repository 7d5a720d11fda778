// The buyer: asks all suppliers for a price.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const suppliers = await session.exchange('suppliers', 'fanout')
const correlationId = randomUUID()

const prices: number[] = []
const replyTo = await session.replies((answer) => {
  if (answer.correlationId === correlationId) prices.push(Number(answer.text()))
})
await suppliers.publish('', 'flour', { replyTo, correlationId, expiration: 500 })
await pause(500)

await show(`flour costs ${Math.min(...prices)}`)
