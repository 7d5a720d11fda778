// BullMQ, on Redis: what most programs in JavaScript use instead of Celery.
import { waitFor } from '@messaging-patterns/testkit'
import { Queue, QueueEvents, Worker } from 'bullmq'
import { Redis } from 'ioredis'

import { repeatConcurrently } from '../src/common/concurrency.ts'
import { confirmWindow } from '../src/common/load.ts'
import { measureLatency } from '../src/clients/latency.ts'
import { runClient } from '../src/clients/run-client.ts'

/** In milliseconds. Now and then it misses the event that tells it of a result. */
const timeout = 60_000

/** A waiting client would not find the result of a job that was removed at once. */
const keptForAMinute = { age: 60 }

await runClient((url) => {
  // BullMQ cannot load ioredis itself in an ECMAScript module.
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  const client = clientOf(connection)
  return Promise.resolve({
    'serve-calls': async ({ queue, concurrency }) => {
      await new Worker(queue, () => Promise.resolve(null), {
        connection,
        concurrency,
      }).waitUntilReady()
    },
    'send-calls': (request) => sendCalls(request, client(request.queue).queue),
    'collect-results': (request, stopwatch) =>
      collectResults(request, stopwatch, client(request.queue)),
    call: (request) => {
      const { queue, events } = client(request.queue)
      return measureLatency(request, async () => {
        const job = await queue.add('empty', {}, { removeOnComplete: keptForAMinute })
        await job.waitUntilFinished(events(), timeout)
      })
    },
  })
})

function clientOf(connection) {
  const clients = new Map()
  return (name) => {
    if (!clients.has(name)) {
      const queue = new Queue(name, { connection })
      // Each result that is waited for is a listener.
      queue.setMaxListeners(0)
      let opened
      clients.set(name, { queue, events: () => (opened ??= new QueueEvents(name, { connection })) })
    }
    return clients.get(name)
  }
}

async function sendCalls({ count }, queue) {
  await repeatConcurrently(count, confirmWindow, () =>
    queue.add('empty', {}, { removeOnComplete: true }),
  )
  const unfinished = () => queue.getJobCountByTypes('waiting', 'active')
  await waitFor('the end', async () => (await unfinished()) === 0, { interval: 1 })
}

async function collectResults({ count }, stopwatch, { queue, events }) {
  await events().waitUntilReady()
  stopwatch.start()
  const jobs = []
  await repeatConcurrently(count, confirmWindow, async () =>
    jobs.push(await queue.add('empty', {})),
  )
  await Promise.all(jobs.map((job) => job.waitUntilFinished(events(), timeout)))
  stopwatch.stop()
  await queue.clean(0, 0, 'completed')
}
