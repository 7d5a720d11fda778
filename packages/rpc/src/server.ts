// Lesson 6, the server: takes a request, works out the answer, and sends it as a reply.
import { setTimeout as pause } from 'node:timers/promises'

import { MessagingError, Session } from '@messaging-patterns/shared'

import { runServer } from './command-line.ts'
import { errorHeader, requestQueue } from './contract.ts'
import { fibonacci } from './fibonacci.ts'

await runServer(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const queue = await session.queue(requestQueue)
  const replies = await session.exchange('', 'direct')

  // The queue is a work queue: with prefetch 1, each request goes to a server that is free.
  const requests = await queue.consume({ prefetch: 1, limit: args.count, signal })
  status(' [x] Awaiting RPC requests')

  for await (const request of requests) {
    const body = request.text()
    print(` [.] fib(${body})`, { event: 'request', queue: queue.name, body })
    await pause(args['work-ms'])

    // The reply carries the correlation id of its request, so that the client can match the two.
    const { replyTo, correlationId = '' } = request
    const { result, headers } = answer(body)
    try {
      if (replyTo === undefined) status('reply dropped: the request has no reply-to')
      else await replies.publish(replyTo, result, { correlationId, headers, mandatory: true })
    } catch (error) {
      if (!isUndelivered(error)) throw error
      status(`reply dropped: ${error.message}`)
    }
    // Acknowledge after the reply. If the server dies in between, another server answers again,
    // which is better than no answer.
    request.ack()
  }
})

/** A request that cannot be answered must not stop the server: the error is the reply. */
function answer(body: string): { result: string; headers: Record<string, unknown> } {
  try {
    return { result: String(fibonacci(body)), headers: {} }
  } catch (error) {
    const result = error instanceof Error ? error.message : String(error)
    return { result, headers: { [errorHeader]: true } }
  }
}

/** Whether the client's reply queue is gone or full. That is not the server's problem. */
function isUndelivered(error: unknown): error is MessagingError {
  return error instanceof MessagingError && ['UNROUTABLE', 'NACKED'].includes(error.code)
}
