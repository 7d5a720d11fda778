// Lesson 11, the consumer: reads the stream from any position on. It removes nothing.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { log } from './topology.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const stream = await session.stream(log.name, log.options)

  const { from, prefetch, count: limit } = args
  const deliveries = await stream.consume({ from, prefetch, limit, signal })
  status(`reading "${stream.name}"; press Ctrl-C to stop`)

  for await (const delivery of deliveries) {
    const { offset } = delivery
    const body = delivery.text()
    print(`${offset}: ${body} received`, { event: 'received', stream: stream.name, offset, body })
    // The ack removes nothing either. It asks for another message: without it, the broker stops when
    // `prefetch` messages are unacknowledged.
    if (!args['forget-ack']) delivery.ack()
  }
})
