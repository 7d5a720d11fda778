// Lesson 3, the receiving side: a queue of your own, filled with a copy of everything.
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'pubsub consumer',
  describe: 'Prints every message that is published to the exchange "logs" while it listens.',
  options: { count: { ...countOption, describe: 'Stop after this many messages  [never]' } },
  examples: [
    ['', 'print messages until Ctrl-C'],
    ['--count 5', 'print five messages, then stop'],
  ],

  async run({ args, session, signal, print, status }) {
    const logs = await session.exchange('logs', 'fanout', { durable: false })

    // A queue without a name: the broker invents one, lets nobody else read it, and deletes it
    // when this program goes. What is published before it is bound, or after, never reaches it.
    const queue = await session.queue()
    await queue.bind(logs)

    const deliveries = await queue.consume({ limit: args.count, signal })
    status(`waiting for messages from "logs" in the queue ${queue.name}; Ctrl-C stops`)

    for await (const delivery of deliveries) {
      const text = delivery.text()
      print(`${text} received`, { event: 'received', exchange: logs.name, body: text })
      delivery.ack()
    }
  },
})
