// The layer of this project, used as its lessons use it.
import { inFlight, Session, type RpcClient } from '@messaging-patterns/shared'

import { confirmWindow, exchange, type Order } from './load.ts'
import { bodyOf } from './messages.ts'
import { serve, type Stopwatch } from './serve.ts'
import { timeCalls } from './under-way.ts'

/** A session has one handler of replies, so all orders share one client. */
let client: Promise<RpcClient> | undefined

await serve(async (url) => {
  const session = await Session.open({ url, heartbeat: 60 })
  const destination = await session.exchange(exchange, 'direct')
  const publishOneByOne = async ({ count, bytes }: Order) => {
    const body = bodyOf(bytes)
    for (let i = 0; i < count; i++) await destination.publish('', body)
    return undefined
  }
  return {
    'publish-one': publishOneByOne,
    'publish-window': ({ count, bytes }) => {
      const body = bodyOf(bytes)
      return inWindow(count, () => destination.publish('', body))
    },
    fill: async ({ count, bytes, queue }) => {
      const body = bodyOf(bytes)
      const target = await session.queue(queue, { type: 'classic' })
      return inWindow(count, () => target.send(body))
    },
    consume: (order, stopwatch) => consume(session, order, stopwatch),
    serve: (order) => serveCalls(session, order),
    call: (order, stopwatch) => call(session, order, stopwatch),
    insist: publishOneByOne,
  }
})

async function inWindow(count: number, send: () => Promise<void>): Promise<undefined> {
  // oxlint-disable-next-line no-unused-vars -- the loop is what drives the window
  for await (const _ of inFlight(numbers(count), send, { window: confirmWindow }));
}

function* numbers(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i
}

async function consume(session: Session, order: Order, stopwatch: Stopwatch) {
  const { count, prefetch, autoAck } = order
  const queue = await session.queue(order.queue, { type: 'classic' })
  stopwatch.start()
  let got = 0
  for await (const delivery of await queue.consume({ prefetch, autoAck, limit: count })) {
    if (!autoAck) delivery.ack()
    got += 1
    if (got === count) stopwatch.stop()
  }
  return undefined
}

/** As the server of the RPC lesson does it: the reply is safe before the request is acknowledged. */
async function serveCalls(session: Session, { queue, prefetch }: Order) {
  const requests = await session.queue(queue, { type: 'classic' })
  const replies = await session.exchange('', 'direct')
  await requests.consume(
    async ({ replyTo = '', correlationId = '', message }) => {
      await replies.publish(replyTo, message.content, { correlationId, mandatory: true })
    },
    { prefetch, concurrency: prefetch },
  )
  return undefined
}

async function call(session: Session, order: Order, stopwatch: Stopwatch) {
  client ??= session.rpcClient(order.queue, { timeout: 30_000 })
  const opened = await client
  const request = 'x'.repeat(order.bytes)
  stopwatch.start()
  return timeCalls(order, () => opened.call(request))
}
