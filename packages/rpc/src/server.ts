// Lesson 6, the server: works out the answer to each request, and sends it as a reply.
import { setTimeout as pause } from 'node:timers/promises'

import { Session } from '@messaging-patterns/shared'

import { runServer } from './command-line.ts'
import { requestQueue } from './topology.ts'
import { fibonacci } from './fibonacci.ts'

await runServer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const queue = await session.queue(requestQueue)

  // Requests may already be waiting, and are answered as soon as we consume. So we say it first.
  status(' [x] Awaiting RPC requests')

  // The queue is a work queue: with prefetch 1, each request goes to a server that is free. Whatever
  // the function returns is the reply. It carries the correlation id of its request.
  const server = await session.rpcServer(
    queue,
    async (request) => {
      const body = request.text()
      print(` [.] fib(${body})`, { event: 'request', queue: queue.name, body })
      await pause(args['work-ms'])
      // If this throws, the error is the reply: a bad request must not stop the server.
      return String(fibonacci(body))
    },
    {
      prefetch: 1,
      limit: args.count,
      signal,
      onLostReply: (error) => status(`reply dropped: ${error.message}`),
    },
  )
  await server.finished()
})
