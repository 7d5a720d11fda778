// The office: asks for three prices at once.
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

async function ask(item: string): Promise<void> {
  const correlationId = randomUUID()
  const price = new Promise<string>((resolve) => waiting.set(correlationId, resolve))
  await questions.send(item, { replyTo: answers.name, correlationId })
  await show(`${item} costs ${await price}`)
}

await Promise.all([ask('bread'), ask('cake'), ask('coffee')])
