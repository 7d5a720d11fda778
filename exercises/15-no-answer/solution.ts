// The office: asks for two prices, one after the other.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

const timeout = 500

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
  const options = { replyTo: answers.name, correlationId, expiration: timeout }
  await questions.send(item, options)
  return Promise.race([price, pause(timeout, 'no answer')])
}

for (const item of ['bread', 'cake']) await show(`${item}: ${await ask(item)}`)
