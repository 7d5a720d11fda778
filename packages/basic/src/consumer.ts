// Lesson 1, the consumer: receives the messages of a queue.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { queueName } from './topology.ts'

// runConsumer reads the command line, and then calls this function, which is the lesson.
await runConsumer(async ({ args, broker, signal, print, status }) => {
  // Connects to the broker. `await using` closes the session when this function ends.
  await using session = await Session.open(broker)

  // Declares the queue too: if the consumer starts first, it waits at an empty queue.
  const queue = await session.queue(queueName)

  // Asks the broker to deliver the messages. Ctrl-C aborts `signal`, and that ends the loop below.
  const deliveries = await queue.consume({ limit: args.count, signal })
  status(`waiting for messages in "${queue.name}"; press Ctrl-C to stop`)

  for await (const delivery of deliveries) {
    const body = delivery.text()
    // Prints the text or, with --json, the facts after it.
    print(`${body} received`, { event: 'received', queue: queue.name, body })
    // Only now does the broker delete the message. Without the ack, it would deliver it again.
    delivery.ack()
  }
})
