// Lesson 10, the consumer: asks for messages that have all of certain headers, or any of them.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { showHeaders } from './headers.ts'
import { logs } from './topology.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(logs.name, logs.kind, logs.options)

  // A binding has a table of headers, too. Its "x-match" says how many of the others must match.
  const binding = { 'x-match': args.match, ...args.headers }
  const queue = await session.queue()
  await queue.bindHeaders(exchange, binding)

  const deliveries = await queue.consume({ limit: args.count, signal })
  status(`waiting for ${showHeaders(binding)} from "${exchange.name}"; press Ctrl-C to stop`)

  for await (const delivery of deliveries) {
    const { headers } = delivery
    const body = delivery.text()
    const facts = { event: 'received', exchange: exchange.name, headers, body }
    print(`[${showHeaders(headers)}] ${body} received`, facts)
    delivery.ack()
  }
})
