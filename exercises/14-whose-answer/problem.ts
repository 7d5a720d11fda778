// The office: asks for three prices at once.
import { randomUUID } from 'node:crypto'

import { Session } from '@messaging-patterns/shared'

import { show } from '../world.ts'

await using session = await Session.open()
const questions = await session.queue('quotes')
const answers = await session.queue()

const waiting: ((price: string) => void)[] = []
await answers.consume((answer) => {
  waiting.shift()?.(answer.text())
})

async function ask(item: string): Promise<void> {
  const price = new Promise<string>((resolve) => waiting.push(resolve))
  await questions.send(item, { replyTo: answers.name, correlationId: randomUUID() })
  await show(`${item} costs ${await price}`)
}

await Promise.all([ask('bread'), ask('cake'), ask('coffee')])
