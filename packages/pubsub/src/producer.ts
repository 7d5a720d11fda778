// Lesson 3, the producer: publishes messages to an exchange, without knowing who is listening.
import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { logs } from './topology.ts'

await runProducer(async ({ args, broker, messages, print }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(logs.name, logs.kind, logs.options)

  for (const body of messages('Pub/Sub - Hello World')) {
    // The routing key is empty, because a fanout ignores it. If no queue is bound to the exchange,
    // the broker drops the message and still confirms it. A mandatory message is an error instead.
    await exchange.publish('', body, { mandatory: args.mandatory })
    print(`${body} sent`, { event: 'sent', exchange: exchange.name, body })
  }
})
