// The office, which waits for answers.
import { randomUUID } from 'node:crypto'

import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const questions = await session.queue('quotes')

const waiting = new Map<string, (price: string) => void>()
const replyTo = await session.replies((answer) => {
  waiting.get(answer.correlationId ?? '')?.(answer.text())
})

async function ask(item: string): Promise<string> {
  const correlationId = randomUUID()
  const price = new Promise<string>((resolve) => waiting.set(correlationId, resolve))
  await questions.send(item, { replyTo, correlationId })
  // TODO: nobody may wait for more than 500 ms, neither here nor in the queue.
  return price
}

for (const item of ['bread', 'cake']) await show(`${item}: ${await ask(item)}`)
