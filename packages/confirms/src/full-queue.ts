// Lesson 8: the broker may also say no. A full queue that is told to refuses what comes, by a nack.
import { MessagingError, type Queue } from '@messaging-patterns/shared'
import { runCommand } from '@messaging-patterns/shared/cli'

/** Whether the broker took the message. What it nacked is still ours, to be sent later or elsewhere. */
async function taken(queue: Queue, text: string): Promise<boolean> {
  try {
    await queue.send(text)
    return true
  } catch (error) {
    if (error instanceof MessagingError && error.code === 'NACKED') return false
    throw error
  }
}

await runCommand({
  name: 'confirms full-queue',
  describe: 'Sends six messages to a queue that holds three, and then looks what is in it.',
  options: {
    overflow: {
      choices: ['reject-publish', 'drop-head'],
      default: 'reject-publish',
      describe: "What the queue does when it is full; RabbitMQ's own default is drop-head",
    },
  },
  examples: [
    ['', 'the queue refuses what it has no room for'],
    ['--overflow drop-head', 'it confirms all, and throws away the oldest'],
  ],

  async run({ args, session, print }) {
    // Without a name it is a classic queue of ours alone, and goes when we do.
    const queue = await session.queue('', {
      arguments: { 'x-max-length': 3, 'x-overflow': args.overflow },
    })
    const send = async (number: number): Promise<void> => {
      const confirmed = await taken(queue, `message ${number}`)
      const event = confirmed ? 'confirmed' : 'nacked'
      print(`message ${number} ${event}`, { event, number })
    }

    for (let number = 1; number <= 5; number++) await send(number)

    for (let next = await queue.get(); next !== undefined; next = await queue.get()) {
      print(`${next.text()} was in the queue`, { event: 'received', body: next.text() })
      next.ack()
    }
    // There is room again.
    await send(6)
  },
})
