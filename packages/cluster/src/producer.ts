// The last lesson, the sending side: publish to a cluster, and go on when a node of it is gone.
import { inFlight } from '@messaging-patterns/shared'
import { countOption, runCommand, series } from '@messaging-patterns/shared/cli'

import { preferCluster } from './nodes.ts'

preferCluster()
await runCommand({
  name: 'cluster producer',
  describe: 'Sends messages to the queue "cluster", which has a copy on each of three nodes.',
  options: { count: { ...countOption, default: 10_000, describe: 'How many messages' } },
  examples: [
    ['', 'ten thousand messages: time enough to pull a plug'],
    ['--url amqp://localhost:5682,amqp://localhost:5683', 'by way of these two nodes'],
  ],

  async run({ args, session, signal, print, status }) {
    // A quorum queue: one of its copies leads, and a message is confirmed when most of them have it.
    // Of three copies one can be lost, and with it nothing that was confirmed.
    const queue = await session.queue('cluster', { type: 'quorum' })

    let [last, longest] = [performance.now(), 0]
    const texts = series('Cluster - Hello World', args.count)
    // When the node goes, what is unconfirmed is sent again by way of the next one: some of it may
    // have arrived before, so a message may come twice.
    for await (const text of inFlight(texts, (each) => queue.send(each), { signal })) {
      print(`${text} sent`, { event: 'sent', queue: queue.name, body: text })
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
    }
    status(`the longest wait for a confirm was ${Math.round(longest)} ms`)
  },
})
