// Lesson 6, the client: sends a request, and waits for the reply to it.
import { once } from 'node:events'

import { Session } from '@messaging-patterns/shared'

import { runClient } from './command-line.ts'
import { requestQueue } from './topology.ts'

await runClient(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const rpc = await session.rpcClient(requestQueue, {
    timeout: args.timeout * 1000,
    replyQueue: args['reply-queue'],
    onUnmatchedReply: (reply) => {
      status(`dropped a reply that no call is waiting for: ${reply.text()}`)
    },
  })

  if (signal.aborted) return
  const many = args.numbers.length > 1
  const calls = args.numbers.map(async (n) => {
    print(` [x] Requesting fib(${n})`, { event: 'requesting', n })
    // This looks like a function call, but it can take a thousand times as long, and it can fail.
    const reply = await rpc.call(n)
    const result = reply.text()
    print(` [.] Got ${result}${many ? ` for fib(${n})` : ''}`, { event: 'got', n, result })
  })

  // All the calls run at the same time. Their replies may come in any order.
  const outcomes = await Promise.race([Promise.allSettled(calls), stopped(signal)])
  // The program prints each error in the list, and exits with code 1.
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
  if (failed.length > 0) throw new AggregateError(failed.map(({ reason }) => reason as unknown))
})

/** Resolves when the user presses Ctrl-C. Then the program waits for no further reply. */
async function stopped(signal: AbortSignal): Promise<PromiseSettledResult<void>[]> {
  await once(signal, 'abort')
  return []
}
