// Lesson 6, the calling side: send a request, and wait for the reply to it.
import { once } from 'node:events'

import { runCommand } from '@messaging-patterns/shared/cli'

import { requestQueue } from './contract.ts'

await runCommand({
  name: 'rpc client',
  describe: 'Asks the servers of the queue "rpc_queue" for Fibonacci numbers.',
  words: '[numbers..]',
  options: {
    numbers: { type: 'string', array: true, default: ['30'], describe: 'Which ones' },
    timeout: { type: 'number', default: 5, describe: 'Seconds to wait for a reply' },
    'reply-queue': {
      type: 'boolean',
      default: false,
      describe: 'Get the replies by a queue of our own, not by Direct Reply-to',
    },
  },
  examples: [
    ['', 'fib(30)'],
    ['10 20 30', 'three calls under way at once'],
    ['thirty', 'see what becomes of an error in the server'],
  ],

  async run({ args, session, signal, print, status }) {
    const client = await session.rpcClient(requestQueue, {
      timeout: args.timeout * 1000,
      replyQueue: args['reply-queue'],
      onUnmatchedReply: (reply) => {
        status(`dropped a reply that nobody waits for: ${reply.text()}`)
      },
    })

    const many = args.numbers.length > 1
    const calls = args.numbers.map(async (n) => {
      print(` [x] Requesting fib(${n})`, { event: 'requesting', n })
      // It looks like a call of any function, and may take a thousand times as long, or fail.
      const reply = await client.call(n)
      const result = reply.text()
      print(` [.] Got ${result}${many ? ` for fib(${n})` : ''}`, { event: 'got', n, result })
    })

    // Several servers may answer in another order than they were asked in: each line tells its own.
    const allDone = Promise.allSettled(calls)
    const outcomes: PromiseSettledResult<void>[] = await Promise.race([
      allDone,
      once(signal, 'abort').then(() => []),
    ])
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
    if (failed.length > 0) throw new AggregateError(failed.map(({ reason }) => reason as unknown))
  },
})
