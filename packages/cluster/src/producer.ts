// Lesson 9, the producer: sends to a cluster, and continues when one of its nodes fails.
import { inFlight, Session } from '@messaging-patterns/shared'

import { runProducer } from './command-line.ts'
import { clusterQueue, nodes } from './topology.ts'

await runProducer(async ({ broker, messages, print, status }) => {
  // A session uses one node of the list. If that node fails, the session connects to the next one.
  await using session = await Session.open({ ...broker, url: broker.url ?? nodes })
  // Two of three nodes confirm a message. So if one fails, no confirmed message is lost.
  const queue = await session.queue(clusterQueue.name, clusterQueue.options)

  let [last, longest] = [performance.now(), 0]
  const bodies = messages('Cluster - Hello World')
  // After a failure, the session sends every unconfirmed message again. Some of them had already
  // arrived, so the consumer may receive duplicates.
  for await (const body of inFlight(bodies, (each) => queue.send(each))) {
    print(`${body} sent`, { event: 'sent', queue: queue.name, body })
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  status(`the longest wait for a confirm was ${Math.round(longest)} ms`)
})
