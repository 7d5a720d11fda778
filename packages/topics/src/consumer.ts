// Lesson 5, the consumer: receives the messages whose routing key matches one of its patterns.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { logs } from './topology.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(logs.name, logs.kind, logs.options)

  // "*" stands for exactly one word of the key, "#" for any number of words. A message that matches
  // several of these patterns arrives once, because all the bindings lead to the same queue.
  const queue = await session.queue()
  await queue.bind(exchange, ...args.patterns)

  const deliveries = await queue.consume({ limit: args.count, signal })
  const patterns = args.patterns.join('", "')
  status(`waiting for "${patterns}" from "${exchange.name}"; press Ctrl-C to stop`)

  for await (const delivery of deliveries) {
    const { routingKey } = delivery
    const body = delivery.text()
    const facts = { event: 'received', exchange: exchange.name, routingKey, body }
    print(`${routingKey}: ${body} received`, facts)
    delivery.ack()
  }
})
