// @cloudamqp/amqp-client: its channels for speed, and its session for RPC and for reconnecting.
import { AMQPClient, AMQPSession, type AMQPChannel } from '@cloudamqp/amqp-client'

import { confirmWindow, exchange, type Order } from './load.ts'
import { bodyOf, contentType, nextId } from './messages.ts'
import { serve, type Stopwatch } from './serve.ts'
import { timeCalls, underWay } from './under-way.ts'

await serve(async (url) => {
  const opening = new URL(url)
  // The frames that RabbitMQ proposes, and not 8 KiB: the others have them, too.
  opening.search = 'frameMax=131072&heartbeat=60'
  const client = await new AMQPClient(opening.href).connect()
  const channel = await client.channel()
  await channel.confirmSelect()
  const unconfirmed = await client.channel()
  let session: Promise<AMQPSession> | undefined
  const openSession = (): Promise<AMQPSession> => (session ??= AMQPSession.connect(url))
  return {
    'publish-one': async (order) => {
      const send = publishing(order, channel)
      for (let i = 0; i < order.count; i++) await send()
      return undefined
    },
    'publish-window': (order) => inWindow(order, publishing(order, channel)),
    'publish-none': async (order) => {
      const send = publishing(order, unconfirmed)
      for (let i = 0; i < order.count; i++) await send()
      await unconfirmed.exchangeDeclare(exchange, 'direct', { passive: true })
      return undefined
    },
    fill: (order) => {
      const body = bodyOf(order.bytes)
      return inWindow(order, () => channel.basicPublish('', order.queue, body, properties()))
    },
    consume: async (order, stopwatch) => consume(await client.channel(), order, stopwatch),
    serve: async ({ queue, prefetch }) => {
      const opened = await openSession()
      await opened.rpcServer(queue, (request) => request.body, prefetch)
      return undefined
    },
    call: async (order, stopwatch) => {
      const rpc = await (await openSession()).rpcClient()
      const body = bodyOf(order.bytes)
      stopwatch.start()
      const times = await timeCalls(order, () => rpc.call(order.queue, body))
      stopwatch.stop()
      await rpc.close()
      return times
    },
    insist: async (order) => insist(await openSession(), order),
  }
})

/** Publishes a message of the order. */
function publishing({ bytes }: Order, via: AMQPChannel): () => Promise<unknown> {
  const body = bodyOf(bytes)
  return () => via.basicPublish(exchange, '', body, properties())
}

function properties(): { deliveryMode: number; contentType: string; messageId: string } {
  return { deliveryMode: 2, contentType, messageId: nextId() }
}

async function inWindow({ count }: Order, send: () => Promise<unknown>): Promise<undefined> {
  await underWay(count, confirmWindow, send)
}

async function consume(channel: AMQPChannel, order: Order, stopwatch: Stopwatch) {
  const { queue, count, prefetch, autoAck } = order
  if (!autoAck) await channel.prefetch(prefetch)
  let got = 0
  stopwatch.start()
  await new Promise<void>((resolve, reject) => {
    channel
      .basicConsume(queue, { noAck: autoAck }, async (message) => {
        got += 1
        const last = got === count
        if (!autoAck) await message.ack()
        if (last) resolve()
      })
      .catch(reject)
  })
  stopwatch.stop()
  await channel.close()
  return undefined
}

/** A session comes back, but what was under way is an error, to be tried again. */
async function insist(session: AMQPSession, { bytes }: Order): Promise<undefined> {
  for (;;) {
    try {
      const destination = await session.exchange(exchange, 'direct')
      await destination.publish(bodyOf(bytes), { messageId: nextId() })
      return undefined
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
    }
  }
}
