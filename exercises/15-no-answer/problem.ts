// The office: asks for two prices, one after the other.
import { randomUUID } from 'node:crypto'

import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const questions = await session.queue('quotes')
const answers = await session.queue()

const waiting = new Map<string, (price: string) => void>()
await answers.consume((answer) => {
  waiting.get(answer.correlationId ?? '')?.(answer.text())
})

async function ask(item: string): Promise<string> {
  const correlationId = randomUUID()
  const price = new Promise<string>((resolve) => waiting.set(correlationId, resolve))
  await questions.send(item, { replyTo: answers.name, correlationId })
  // TODO: give up after 500 ms, and do not leave the question in the queue.
  return price
}

for (const item of ['bread', 'cake']) await show(`${item}: ${await ask(item)}`)
