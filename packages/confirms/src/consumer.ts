// Lesson 7, the consumer: counts the messages that arrive, and how many of them are duplicates.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { queues } from './topology.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const { name, options } = queues[args.type]
  const queue = await session.queue(name, options)
  const deliveries = await queue.consume({ prefetch: 250, limit: args.count, signal })
  status(`counting the messages of "${name}"; press Ctrl-C to stop`)

  const seen = new Set<string>()
  let [messages, duplicates] = [0, 0]
  for await (const delivery of deliveries) {
    const { messageId } = delivery
    messages += 1
    // If a producer loses its connection before the confirm, it sends the message again: same id.
    if (messageId !== undefined && seen.has(messageId)) duplicates += 1
    else if (messageId !== undefined) seen.add(messageId)
    delivery.ack()
    if (messages % 10_000 === 0) status(`${messages} messages so far`)
  }
  const facts = { event: 'counted', queue: name, messages, duplicates }
  print(`messages received: ${messages}, duplicates: ${duplicates}`, facts)
})
