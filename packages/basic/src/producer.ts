// Lesson 1, the producer: sends messages to a queue.
import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { queueName } from './topology.ts'

// runProducer reads the command line, and then calls this function, which is the lesson.
await runProducer(async ({ broker, messages, print }) => {
  // Connects to the broker. `await using` closes the session when this function ends.
  await using session = await Session.open(broker)

  // Declares the queue: the broker creates it, unless it already exists.
  const queue = await session.queue(queueName)

  // Your own words, or a numbered series of this text.
  for (const body of messages('Basic - Hello World')) {
    // Waits until the broker has confirmed the message. From then on, the broker keeps it.
    await queue.send(body)
    // Prints the text or, with --json, the facts after it.
    print(`${body} sent`, { event: 'sent', queue: queue.name, body })
  }
})
