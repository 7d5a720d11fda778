// The price server: answers the office's questions.
import { Session } from '@messaging-patterns/shared'

const prices = new Map([
  ['bread', '3'],
  ['cake', '25'],
])

await using session = await Session.open()
const questions = await session.queue('quotes')
// The default exchange routes a message to the queue that the routing key names.
const answers = await session.exchange('', 'direct')

for await (const question of await questions.consume()) {
  const price = prices.get(question.text()) ?? 'not sold here'
  const { replyTo = '', correlationId = '' } = question
  await answers.publish(replyTo, price, { correlationId })
  question.ack()
}
