// Lesson 11, the producer: appends messages to a stream.
import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { log } from './topology.ts'

await runProducer(async ({ broker, messages, print }) => {
  await using session = await Session.open(broker)
  const stream = await session.stream(log.name, log.options)

  for (const body of messages('Streams - Hello World')) {
    // Resolves when the message is in the log. It stays there, however many consumers read it.
    await stream.send(body)
    print(`${body} sent`, { event: 'sent', stream: stream.name, body })
  }
})
