// Lesson 6, the answering side: take a request, work out the answer, send it to who asked.
import { setTimeout as pause } from 'node:timers/promises'

import { countOption, runCommand } from '@messaging-patterns/shared/cli'

import { requestQueue } from './contract.ts'
import { fibonacci } from './fibonacci.ts'

await runCommand({
  name: 'rpc server',
  describe: 'Answers the requests of the queue "rpc_queue" with Fibonacci numbers.',
  options: {
    count: { ...countOption, describe: 'Stop after this many requests  [never]' },
    'work-ms': { type: 'number', default: 0, describe: 'Be slow: milliseconds for each request' },
  },
  examples: [
    ['', 'answer until Ctrl-C'],
    ['--work-ms 1000', 'a slow server: start a second one and see them share the work'],
  ],

  async run({ args, session, signal, print, status }) {
    const queue = await session.queue(requestQueue)
    // First: a request that is waiting already is answered as soon as we consume.
    status(' [x] Awaiting RPC requests')

    // A work queue: with one request at a time each goes to a server that is free.
    const server = await session.rpcServer(
      queue,
      async (request) => {
        const text = request.text()
        print(` [.] fib(${text})`, { event: 'request', queue: queue.name, body: text })
        await pause(args['work-ms'])
        // If it throws, the error is the reply: a bad request must not end the server.
        return String(fibonacci(text))
      },
      {
        limit: args.count,
        signal,
        onLostReply: (error) => {
          status(`nobody hears the answer: ${error.message}`)
        },
      },
    )
    await server.finished()
  },
})
