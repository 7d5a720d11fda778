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
  const seen = new Set<string>()
  let [messages, duplicates] = [0, 0]
  for await (const delivery of deliveries) {
    const { messageId } = delivery
    if (messageId !== undefined && seen.has(messageId)) duplicates += 1
    else {
      const body = delivery.text()
      print(`${body} received`, { event: 'received', queue: queue.name, body })
      messages += 1
      if (messageId !== undefined) seen.add(messageId)
    }
    delivery.ack()
    if (messages === args.count) break
  }
  status(`different messages: ${messages}, duplicates: ${duplicates}`)
})
