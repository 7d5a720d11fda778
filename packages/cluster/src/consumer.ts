// The last lesson, the receiving side: consume from a cluster, and know a message that comes twice.
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

import { preferCluster } from './nodes.ts'

preferCluster()
await runCommand({
  name: 'cluster consumer',
  describe: 'Prints the messages of the queue "cluster", each once, whichever node fails.',
  options: { count: { ...countOption, describe: 'Stop after this many messages  [never]' } },
  examples: [
    ['', 'print messages until Ctrl-C'],
    ['--count 10000', 'print ten thousand, then stop'],
  ],

  async run({ args, session, signal, print, status }) {
    const queue = await session.queue('cluster', { type: 'quorum' })
    // Many under way at once: the leader waits for its followers at each acknowledgement.
    const deliveries = await queue.consume({ prefetch: 100, signal })
    status('waiting for messages in "cluster"; Ctrl-C stops')

    // Whoever sends again, after a fault, sends with the same id. A program of yours would keep the
    // ids where it keeps the results, for as long as a duplicate may come.
    const seen = new Set<string | undefined>()
    let duplicates = 0
    for await (const delivery of deliveries) {
      const text = delivery.text()
      if (seen.has(delivery.messageId)) duplicates += 1
      else print(`${text} received`, { event: 'received', queue: queue.name, body: text })
      seen.add(delivery.messageId)
      delivery.ack()
      if (seen.size === args.count) break
    }
    status(`${seen.size} messages, and ${duplicates} that had come before`)
  },
})
