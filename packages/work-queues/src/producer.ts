// Lesson 2, the producer: sends tasks to a queue that several workers share.
import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { queueName } from './topology.ts'

await runProducer(async ({ args, broker, messages, print }) => {
  await using session = await Session.open(broker)
  const queue = await session.queue(queueName)

  let heavy = false
  for (const text of messages('Work Queues - Hello World')) {
    // With --mixed, every other task is heavy. A dot is a second of work.
    heavy = args.mixed && !heavy
    const body = heavy ? `${text}....` : text

    // When the broker restarts, a classic queue loses messages that are not persistent; a quorum queue
    // keeps all of them. Persistent is the default in this course, but not in plain AMQP.
    await queue.send(body, { persistent: true })
    print(`${body} sent`, { event: 'sent', queue: queue.name, body })
  }
})
