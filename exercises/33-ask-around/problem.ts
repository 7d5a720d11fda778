// The buyer: asks all suppliers for a price.
import { randomUUID } from 'node:crypto'

import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const suppliers = await session.exchange('suppliers', 'fanout')
const correlationId = randomUUID()

const price = await new Promise<number>((resolve, reject) => {
  session
    .replies((answer) => {
      if (answer.correlationId === correlationId) resolve(Number(answer.text()))
    })
    .then((replyTo) => suppliers.publish('', 'flour', { replyTo, correlationId }))
    .catch(reject)
})

await show(`flour costs ${price}`)
