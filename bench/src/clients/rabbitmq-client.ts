// rabbitmq-client: its publisher, its consumer and its RPC client, which reconnect by themselves.
import { Connection } from 'rabbitmq-client'

import { confirmWindow, exchange, type Order } from './load.ts'
import { bodyOf, contentType, nextId } from './messages.ts'
import { serve, type Stopwatch } from './serve.ts'
import { timeCalls, underWay } from './under-way.ts'

await serve(async (url) => {
  // The frames that RabbitMQ proposes, and not 8 KiB: the others have them, too.
  const rabbit = new Connection({ url, noDelay: true, heartbeat: 60, frameMax: 131_072 })
  // It reconnects; the row of that breaks its connection on purpose.
  rabbit.on('error', () => {})
  await rabbit.onConnect()
  const publisher = rabbit.createPublisher({ confirm: true, maxAttempts: 20 })
  const unconfirmed = await rabbit.acquire()
  const publish = ({ bytes }: Order, to: { exchange?: string; routingKey: string }) => {
    const body = bodyOf(bytes)
    return () => publisher.send({ ...to, ...properties() }, body)
  }
  const toExchange = { exchange, routingKey: '' }
  const publishOneByOne = async (order: Order): Promise<undefined> => {
    const send = publish(order, toExchange)
    for (let i = 0; i < order.count; i++) await send()
  }
  return {
    'publish-one': publishOneByOne,
    'publish-window': (order) => inWindow(order, publish(order, toExchange)),
    'publish-none': async ({ count, bytes }) => {
      const body = bodyOf(bytes)
      for (let i = 0; i < count; i++)
        await unconfirmed.basicPublish({ ...toExchange, ...properties() }, body)
      await unconfirmed.exchangeDeclare({ exchange, passive: true })
      return undefined
    },
    fill: (order) => inWindow(order, publish(order, { routingKey: order.queue })),
    consume: (order, stopwatch) => consume(rabbit, order, stopwatch),
    serve: async ({ queue, prefetch }) => {
      const qos = { prefetchCount: prefetch }
      const about = { queue, queueOptions: { passive: true }, qos }
      const server = rabbit.createConsumer(about, (request, reply) =>
        reply(Buffer.from(request.body)),
      )
      await new Promise<void>((resolve) => {
        server.once('ready', resolve)
      })
      return undefined
    },
    call: async (order, stopwatch) => {
      const client = rabbit.createRPCClient()
      const body = bodyOf(order.bytes)
      stopwatch.start()
      const times = await timeCalls(order, () => client.send(order.queue, body))
      stopwatch.stop()
      await client.close()
      return times
    },
    insist: publishOneByOne,
  }
})

function properties(): { durable: true; contentType: string; messageId: string } {
  return { durable: true, contentType, messageId: nextId() }
}

async function inWindow({ count }: Order, send: () => Promise<void>): Promise<undefined> {
  await underWay(count, confirmWindow, send)
}

async function consume(rabbit: Connection, order: Order, stopwatch: Stopwatch) {
  const { queue, count, prefetch, autoAck } = order
  const qos = { prefetchCount: prefetch }
  let got = 0
  stopwatch.start()
  await new Promise<void>((resolve) => {
    const way = autoAck ? { noAck: true } : { qos }
    // What the handler does not throw is acknowledged when it returns.
    const consumer = rabbit.createConsumer(
      { queue, queueOptions: { passive: true }, ...way },
      () => {
        got += 1
        if (got < count) return
        stopwatch.stop()
        void consumer.close().then(resolve)
      },
    )
  })
  return undefined
}
