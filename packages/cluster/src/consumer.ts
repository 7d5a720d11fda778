// Lesson 9, the consumer: receives from a cluster, and recognizes duplicates.
import { Session } from '@messaging-patterns/shared'

import { runConsumer } from './command-line.ts'
import { clusterQueue, nodes } from './topology.ts'

await runConsumer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open({ ...broker, url: broker.url ?? nodes })
  const queue = await session.queue(clusterQueue.name, clusterQueue.options)
  // A prefetch of 100, because the leader of the queue replicates every ack to the other nodes.
  const deliveries = await queue.consume({ prefetch: 100, signal })
  status(`waiting for messages in "${queue.name}"; press Ctrl-C to stop`)

  // A message that is sent again has the same id. Your own program would keep the ids together with
  // its results, for as long as duplicates may arrive.
  const seen = new Set<string | undefined>()
  let duplicates = 0
  for await (const delivery of deliveries) {
    const body = delivery.text()
    if (seen.has(delivery.messageId)) duplicates += 1
    else print(`${body} received`, { event: 'received', queue: queue.name, body })
    seen.add(delivery.messageId)
    delivery.ack()
    if (seen.size === args.count) break
  }
  status(`received ${seen.size} messages; duplicates: ${duplicates}`)
})
