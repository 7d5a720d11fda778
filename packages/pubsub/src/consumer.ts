// Lesson 3, the consumer: has a queue of its own, which gets a copy of every message.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { logs } from './topology.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(logs.name, logs.kind, logs.options)

  // A queue without a name is temporary: the broker makes up a name, and deletes the queue when
  // this program disconnects. It only gets messages that are published while it is bound.
  const queue = await session.queue()
  await queue.bind(exchange)

  const deliveries = await queue.consume({ limit: args.count, signal })
  status(`waiting for messages from "logs" in the queue ${queue.name}; press Ctrl-C to stop`)

  for await (const delivery of deliveries) {
    const body = delivery.text()
    print(`${body} received`, { event: 'received', exchange: exchange.name, body })
    delivery.ack()
  }
})
