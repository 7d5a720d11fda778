// The tasks of lesson 12: its client and its worker.
import { Session } from '@messaging-patterns/shared'
import { Tasks } from '@messaging-patterns/tasks'

import { repeatConcurrently } from '../common/concurrency.ts'
import { confirmWindow, type LoadRequest } from '../common/load.ts'
import { measureLatency } from './latency.ts'
import { runClient } from './run-client.ts'

const tasks = new Tasks()
const empty = tasks.define('bench.empty', () => null)

await runClient(async (url) => {
  const connected = await tasks.connect(await Session.open({ url, heartbeat: 60 }))
  return {
    'serve-calls': async ({ queue, concurrency }) => {
      await connected.startWorker({ queues: [queue], concurrency })
      return undefined
    },
    'send-calls': sendCalls,
    'collect-results': collectResults,
    call: (request) => {
      const remote = tasks.remote<() => null>('bench.empty', { queue: request.queue })
      return measureLatency(request, () => remote.call())
    },
  }
})

async function sendCalls({ count, queue }: LoadRequest): Promise<undefined> {
  await repeatConcurrently(count - 1, confirmWindow, () =>
    empty.send([], { queue, ignoreResult: true }),
  )
  const last = await empty.send([], { queue })
  await last.get()
}

async function collectResults({ count, queue }: LoadRequest): Promise<undefined> {
  const results: Promise<null>[] = []
  await repeatConcurrently(count, confirmWindow, async () => {
    const result = await empty.send([], { queue })
    results.push(result.get())
  })
  await Promise.all(results)
}
