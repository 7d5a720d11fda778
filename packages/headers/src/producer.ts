// Lesson 10, the producer: publishes messages with headers, by which the broker routes them.
import { Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { showHeaders } from './headers.ts'
import { logs } from './topology.ts'

await runProducer(async ({ args, broker, messages, print }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(logs.name, logs.kind, logs.options)

  const { headers } = args
  for (const body of messages('Headers - Hello World')) {
    // The routing key is empty: a headers exchange ignores it.
    await exchange.publish('', body, { headers })
    const facts = { event: 'sent', exchange: exchange.name, headers, body }
    print(`[${showHeaders(headers)}] ${body} sent`, facts)
  }
})
