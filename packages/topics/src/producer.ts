// Lesson 5, the producer: publishes messages with a routing key of several words.
import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { logs } from './topology.ts'

await runProducer(async ({ args, broker, messages, print }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(logs.name, logs.kind, logs.options)

  const routingKey = args.key
  for (const body of messages('Topics - Hello World')) {
    // In a routing key, "*" and "#" are ordinary characters: only the consumers' keys are patterns.
    await exchange.publish(routingKey, body)
    const facts = { event: 'sent', exchange: exchange.name, routingKey, body }
    print(`${routingKey}: ${body} sent`, facts)
  }
})
