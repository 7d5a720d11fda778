// Lesson 7: the broker can also refuse a message. A full queue can be told to nack new messages.
import { MessagingError, Session, type Queue } from '@messaging-patterns/shared'

import { runFullQueue } from './command-line.ts'

await runFullQueue(async ({ args, broker, print }) => {
  await using session = await Session.open(broker)
  // A temporary queue, so it is deleted when this program ends.
  const limits = { 'x-max-length': 3, 'x-overflow': args.overflow }
  const queue = await session.queue('', { arguments: limits })

  const send = async (number: number): Promise<void> => {
    const event = (await accepted(queue, `message ${number}`)) ? 'confirmed' : 'nacked'
    print(`message ${number} ${event}`, { event, number })
  }

  for (let number = 1; number <= 5; number++) await send(number)

  for (let next = await queue.get(); next !== undefined; next = await queue.get()) {
    const body = next.text()
    print(`${body} was in the queue`, { event: 'received', body })
    next.ack()
  }
  // Now there is room again.
  await send(6)
})

/**
 * Whether the broker accepted the message. If not, it is still ours: to send later, or elsewhere.
 */
async function accepted(queue: Queue, body: string): Promise<boolean> {
  try {
    await queue.send(body)
    return true
  } catch (error) {
    if (error instanceof MessagingError && error.code === 'NACKED') return false
    throw error
  }
}
