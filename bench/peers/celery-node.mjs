// celery-node, which nobody maintains. It declares a queue for each result, and its client asks for the
// result every half second. So it is only measured with one call at a time.
import celery from 'celery-node'

import { measureLatency } from '../src/clients/latency.ts'
import { runClient } from '../src/clients/run-client.ts'

// It prints each task, and stdout is for answers.
Object.assign(console, { info() {} })

/** In milliseconds. Now and then it never gets a result. */
const timeout = 60_000

await runClient((address) => {
  const url = new URL(address)
  // Its amqplib asks for frames of 4 KiB. RabbitMQ refuses less than 8 KiB from 4.1 on.
  url.searchParams.set('frameMax', '8192')
  const client = clientOf(url.href)
  return Promise.resolve({
    'serve-calls': async ({ queue }) => {
      const worker = celery.createWorker(url.href, url.href, queue)
      worker.register('bench.empty', () => null)
      await worker.start()
    },
    call: (request) => measureLatency(request, () => client(request.queue).delay().get(timeout)),
  })
})

function clientOf(url) {
  const tasks = new Map()
  return (queue) => {
    if (!tasks.has(queue))
      tasks.set(queue, celery.createClient(url, url, queue).createTask('bench.empty'))
    return tasks.get(queue)
  }
}
