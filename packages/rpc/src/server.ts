// Lesson 6, the answering side: take a request, work out the answer, send it to who asked.
import { setTimeout as pause } from 'node:timers/promises'

import { MessagingError } from '@messaging-patterns/shared'
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

import { errorHeader, requestQueue } from './contract.ts'
import { fibonacci } from './fibonacci.ts'

/** The reply queue has gone, with its client, or takes no more. That is no trouble of ours. */
const unheard = ['UNROUTABLE', 'NACKED']

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
    const replies = await session.exchange('', 'direct')
    // A work queue: with prefetch 1 each request goes to a server that is free.
    const requests = await queue.consume({ prefetch: 1, limit: args.count, signal })
    status(' [x] Awaiting RPC requests')

    for await (const request of requests) {
      const text = request.text()
      print(` [.] fib(${text})`, { event: 'request', queue: queue.name, body: text })
      await pause(args['work-ms'])
      const { body, headers } = answer(text)
      // The correlation id goes back as it came; what it means only the client knows.
      const { replyTo, correlationId = '' } = request
      try {
        if (replyTo === undefined) status('nobody hears the answer: the request has no reply-to')
        else await replies.publish(replyTo, body, { correlationId, headers, mandatory: true })
      } catch (error) {
        if (!(error instanceof MessagingError) || !unheard.includes(error.code)) throw error
        status(`nobody hears the answer: ${error.message}`)
      }
      // After the reply. If we die in between, another server answers too: better twice than never.
      request.ack()
    }
  },
})

/** A request that cannot be answered must not end the server: its error is the reply. */
function answer(text: string): { body: string; headers: Record<string, unknown> } {
  try {
    return { body: String(fibonacci(text)), headers: {} }
  } catch (error) {
    const body = error instanceof Error ? error.message : String(error)
    return { body, headers: { [errorHeader]: true } }
  }
}
