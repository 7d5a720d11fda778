// Lesson 4, the consumer: receives only the messages with the severities that it asks for.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { logs } from './topology.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(logs.name, logs.kind, logs.options)

  // One temporary queue, with a binding per severity. If another consumer binds its queue with the
  // same severity, both queues get a copy of the message.
  const queue = await session.queue()
  await queue.bind(exchange, ...args.severities)

  const deliveries = await queue.consume({ limit: args.count, signal })
  const severities = args.severities.join('", "')
  status(`waiting for "${severities}" from "${exchange.name}"; press Ctrl-C to stop`)

  for await (const delivery of deliveries) {
    const { routingKey } = delivery
    const body = delivery.text()
    const facts = { event: 'received', exchange: exchange.name, routingKey, body }
    print(`${routingKey}: ${body} received`, facts)
    delivery.ack()
  }
})
