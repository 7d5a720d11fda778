// Lesson 1, the receiving side: take messages out of a queue, one after the other.
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'basic consumer',
  describe: 'Prints the messages of the queue "hello", and waits for more.',
  options: { count: { ...countOption, describe: 'Stop after this many messages  [never]' } },
  examples: [
    ['', 'print messages until Ctrl-C'],
    ['--count 5', 'print five messages, then stop'],
  ],

  async run({ args, session, signal, print, status }) {
    // The consumer may be started first: the queue is there then, and empty.
    const queue = await session.queue('hello')
    const deliveries = await queue.consume({ limit: args.count, signal })
    status('waiting for messages in "hello"; Ctrl-C stops')

    for await (const delivery of deliveries) {
      const text = delivery.text()
      print(`${text} received`, { event: 'received', queue: queue.name, body: text })
      // Only now does the broker forget the message. Without this it would come again.
      delivery.ack()
    }
  },
})
