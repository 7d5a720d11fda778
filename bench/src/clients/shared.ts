// `shared`, used in the same way as in the lessons.
import { inFlight, Session, type RpcClient } from '@messaging-patterns/shared'

import { benchExchange, confirmWindow, type LoadRequest } from '../common/load.ts'
import { bodyOf } from './messages.ts'
import { runClient, type Stopwatch } from './run-client.ts'
import { measureLatency } from './latency.ts'

/** A session has one reply consumer, so all requests use the same RPC client. */
let client: Promise<RpcClient> | undefined

await runClient(async (url) => {
  const session = await Session.open({ url, heartbeat: 60 })
  const destination = await session.exchange(benchExchange, 'direct')
  const publishOneByOne = async ({ count, bytes }: LoadRequest) => {
    const body = bodyOf(bytes)
    for (let i = 0; i < count; i++) await destination.publish('', body)
    return undefined
  }
  return {
    'publish-one-by-one': publishOneByOne,
    'publish-window': ({ count, bytes }) => {
      const body = bodyOf(bytes)
      return inWindow(count, () => destination.publish('', body))
    },
    'publish-to-queue': async ({ count, bytes, queue }) => {
      const body = bodyOf(bytes)
      const target = await session.queue(queue, { type: 'classic' })
      return inWindow(count, () => target.send(body))
    },
    consume: (request, stopwatch) => consume(session, request, stopwatch),
    'serve-calls': (request) => serveCalls(session, request),
    call: (request, stopwatch) => call(session, request, stopwatch),
    'publish-retrying': publishOneByOne,
  }
})

async function inWindow(count: number, send: () => Promise<void>): Promise<undefined> {
  // oxlint-disable-next-line no-unused-vars -- iterating is what publishes the messages
  for await (const _ of inFlight(numbers(count), send, { window: confirmWindow }));
}

function* numbers(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i
}

async function consume(session: Session, request: LoadRequest, stopwatch: Stopwatch) {
  const { count, prefetch, autoAck } = request
  const queue = await session.queue(request.queue, { type: 'classic' })
  stopwatch.start()
  let received = 0
  for await (const delivery of await queue.consume({ prefetch, autoAck, limit: count })) {
    if (!autoAck) delivery.ack()
    received += 1
    if (received === count) stopwatch.stop()
  }
  return undefined
}

async function serveCalls(session: Session, { queue, prefetch }: LoadRequest) {
  const requests = await session.queue(queue, { type: 'classic' })
  const options = { prefetch, concurrency: prefetch }
  await session.rpcServer(requests, ({ message }) => message.content, options)
  return undefined
}

async function call(session: Session, request: LoadRequest, stopwatch: Stopwatch) {
  client ??= session.rpcClient(request.queue, { timeout: 30_000 })
  const opened = await client
  const body = bodyOf(request.bytes)
  stopwatch.start()
  return measureLatency(request, () => opened.call(body))
}
