// Lesson 4, the producer: publishes each message with its severity as the routing key.
import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { logs } from './topology.ts'

await runProducer(async ({ args, broker, messages, print }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(logs.name, logs.kind, logs.options)

  const routingKey = args.severity
  for (const body of messages('Routing - Hello World')) {
    // The exchange reads only the key, never the body. If the key is a typo, such as "eror", no queue
    // is bound with it, and the message would be lost. A mandatory message is an error instead.
    await exchange.publish(routingKey, body, { mandatory: true })
    const facts = { event: 'sent', exchange: exchange.name, routingKey, body }
    print(`${routingKey}: ${body} sent`, facts)
  }
})
