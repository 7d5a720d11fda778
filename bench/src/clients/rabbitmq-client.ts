// rabbitmq-client, with its Publisher, Consumer and RPCClient, which reconnect by themselves.
import { Connection } from 'rabbitmq-client'

import { benchExchange, confirmWindow, type LoadRequest } from '../common/load.ts'
import { bodyOf, contentType, nextId } from './messages.ts'
import { runClient, type Stopwatch } from './run-client.ts'
import { repeatConcurrently } from '../common/concurrency.ts'
import { measureLatency } from './latency.ts'

await runClient(async (url) => {
  // RabbitMQ's frame size instead of the client's default of 8 KiB; the other clients use it too.
  const rabbit = new Connection({ url, noDelay: true, heartbeat: 60, frameMax: 131_072 })
  // It reconnects by itself. One benchmark breaks its connection on purpose.
  rabbit.on('error', () => {})
  await rabbit.onConnect()
  const publisher = rabbit.createPublisher({ confirm: true, maxAttempts: 20 })
  const unconfirmed = await rabbit.acquire()
  const publish = ({ bytes }: LoadRequest, to: { exchange?: string; routingKey: string }) => {
    const body = bodyOf(bytes)
    return () => publisher.send({ ...to, ...properties() }, body)
  }
  const toExchange = { exchange: benchExchange, routingKey: '' }
  const publishOneByOne = async (request: LoadRequest): Promise<undefined> => {
    const send = publish(request, toExchange)
    for (let i = 0; i < request.count; i++) await send()
  }
  return {
    'publish-one-by-one': publishOneByOne,
    'publish-window': (request) => inWindow(request, publish(request, toExchange)),
    'publish-unconfirmed': async ({ count, bytes }) => {
      const body = bodyOf(bytes)
      for (let i = 0; i < count; i++)
        await unconfirmed.basicPublish({ ...toExchange, ...properties() }, body)
      await unconfirmed.exchangeDeclare({ exchange: benchExchange, passive: true })
      return undefined
    },
    'publish-to-queue': (request) =>
      inWindow(request, publish(request, { routingKey: request.queue })),
    consume: (request, stopwatch) => consume(rabbit, request, stopwatch),
    'serve-calls': (request) => serveCalls(rabbit, request),
    call: async (request, stopwatch) => {
      const client = rabbit.createRPCClient()
      const body = bodyOf(request.bytes)
      stopwatch.start()
      const times = await measureLatency(request, () => client.send(request.queue, body))
      stopwatch.stop()
      await client.close()
      return times
    },
    'publish-retrying': publishOneByOne,
  }
})

function properties(): { durable: true; contentType: string; messageId: string } {
  return { durable: true, contentType, messageId: nextId() }
}

async function inWindow({ count }: LoadRequest, send: () => Promise<void>): Promise<undefined> {
  await repeatConcurrently(count, confirmWindow, send)
}

async function serveCalls(rabbit: Connection, { queue, prefetch }: LoadRequest) {
  const qos = { prefetchCount: prefetch }
  const options = { queue, queueOptions: { passive: true }, qos }
  const server = rabbit.createConsumer(options, (request, reply) =>
    reply(Buffer.from(request.body)),
  )
  await new Promise<void>((resolve) => {
    server.once('ready', resolve)
  })
  return undefined
}

async function consume(rabbit: Connection, request: LoadRequest, stopwatch: Stopwatch) {
  const { queue, count, prefetch, autoAck } = request
  const qos = { prefetchCount: prefetch }
  let received = 0
  stopwatch.start()
  await new Promise<void>((resolve) => {
    const mode = autoAck ? { noAck: true } : { qos }
    // The message is acknowledged when the handler returns.
    const consumer = rabbit.createConsumer(
      { queue, queueOptions: { passive: true }, ...mode },
      () => {
        received += 1
        if (received < count) return
        stopwatch.stop()
        void consumer.close().then(resolve)
      },
    )
  })
  return undefined
}
