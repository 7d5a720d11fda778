// Lesson 8, the receiving side: count. What was confirmed is there, whatever happened meanwhile.
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

import { raceQueue, typeOption } from './queue.ts'

await runCommand({
  name: 'confirms consumer',
  describe: 'Takes the messages of the race out of their queue, and says how many there were.',
  options: {
    count: { ...countOption, describe: 'Stop after this many messages  [never]' },
    type: typeOption,
  },
  examples: [
    ['', 'count until Ctrl-C'],
    ['--count 150000', 'count what one race has published, then stop'],
  ],

  async run({ args, session, signal, print, status }) {
    const queue = await raceQueue(session, args.type)
    const deliveries = await queue.consume({ prefetch: 250, limit: args.count, signal })
    status(`counting the messages of "${queue.name}"; Ctrl-C stops`)

    const seen = new Set<string>()
    let messages = 0
    let again = 0
    for await (const delivery of deliveries) {
      const { messageId } = delivery
      messages += 1
      // A producer that lost its connection before the confirm came has sent the message again.
      if (messageId !== undefined && seen.has(messageId)) again += 1
      else if (messageId !== undefined) seen.add(messageId)
      delivery.ack()
      if (messages % 10_000 === 0) status(`${messages} messages so far`)
    }
    const facts = { event: 'counted', queue: queue.name, messages, again }
    print(`${messages} messages received, ${again} of them not for the first time`, facts)
  },
})
