// Prints what workers report about themselves and their tasks, like `celery events --dump`.
import { Session } from '@messaging-patterns/shared'

import { runEvents } from './command-line.ts'
import { eventExchange } from './control/events.ts'
import { isObject } from './protocol/json.ts'

await runEvents(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const exchange = await session.exchange(eventExchange, 'topic')
  const queue = await session.queue()
  await queue.bind(exchange, '#')
  const deliveries = await queue.consume({ autoAck: true, signal, limit: args.count })
  status('waiting for events; press Ctrl-C to stop')
  for await (const delivery of deliveries)
    // Events of tasks may come in a list.
    for (const event of [delivery.json()].flat()) if (isObject(event)) print(describe(event), event)
})

function describe({ type, hostname, uuid, name }: Readonly<Record<string, unknown>>): string {
  return [hostname, type, name, uuid].filter((each) => typeof each === 'string').join(' ')
}
