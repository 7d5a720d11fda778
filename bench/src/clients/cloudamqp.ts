// @cloudamqp/amqp-client, with channels for speed, and with a session for RPC and for reconnecting.
import { AMQPClient, AMQPSession, type AMQPChannel } from '@cloudamqp/amqp-client'

import { benchExchange, confirmWindow, type LoadRequest } from '../common/load.ts'
import { bodyOf, contentType, nextId } from './messages.ts'
import { runClient, type Stopwatch } from './run-client.ts'
import { repeatConcurrently } from '../common/concurrency.ts'
import { measureLatency } from './latency.ts'

await runClient(async (url) => {
  const withOptions = new URL(url)
  // RabbitMQ's frame size instead of the client's default of 8 KiB; the other clients use it too.
  withOptions.search = 'frameMax=131072&heartbeat=60'
  const client = await new AMQPClient(withOptions.href).connect()
  const channel = await client.channel()
  await channel.confirmSelect()
  const unconfirmed = await client.channel()
  let session: Promise<AMQPSession> | undefined
  const openSession = (): Promise<AMQPSession> => (session ??= AMQPSession.connect(url))
  return {
    'publish-one-by-one': async (request) => {
      const send = publisherOf(request, channel)
      for (let i = 0; i < request.count; i++) await send()
      return undefined
    },
    'publish-window': (request) => inWindow(request, publisherOf(request, channel)),
    'publish-unconfirmed': async (request) => {
      const send = publisherOf(request, unconfirmed)
      for (let i = 0; i < request.count; i++) await send()
      await unconfirmed.exchangeDeclare(benchExchange, 'direct', { passive: true })
      return undefined
    },
    'publish-to-queue': (request) => {
      const body = bodyOf(request.bytes)
      return inWindow(request, () => channel.basicPublish('', request.queue, body, properties()))
    },
    consume: async (request, stopwatch) => consume(await client.channel(), request, stopwatch),
    'serve-calls': async ({ queue, prefetch }) => {
      const opened = await openSession()
      await opened.rpcServer(queue, (request) => request.body, prefetch)
      return undefined
    },
    call: async (request, stopwatch) => {
      const rpc = await (await openSession()).rpcClient()
      const body = bodyOf(request.bytes)
      stopwatch.start()
      const times = await measureLatency(request, () => rpc.call(request.queue, body))
      stopwatch.stop()
      await rpc.close()
      return times
    },
    'publish-retrying': async (request) => publishRetrying(await openSession(), request),
  }
})

/** Returns a function that publishes one message. */
function publisherOf({ bytes }: LoadRequest, via: AMQPChannel): () => Promise<unknown> {
  const body = bodyOf(bytes)
  return () => via.basicPublish(benchExchange, '', body, properties())
}

function properties(): { deliveryMode: number; contentType: string; messageId: string } {
  return { deliveryMode: 2, contentType, messageId: nextId() }
}

async function inWindow({ count }: LoadRequest, send: () => Promise<unknown>): Promise<undefined> {
  await repeatConcurrently(count, confirmWindow, send)
}

async function consume(channel: AMQPChannel, request: LoadRequest, stopwatch: Stopwatch) {
  const { queue, count, prefetch, autoAck } = request
  if (!autoAck) await channel.prefetch(prefetch)
  let received = 0
  stopwatch.start()
  await new Promise<void>((resolve, reject) => {
    channel
      .basicConsume(queue, { noAck: autoAck }, async (message) => {
        received += 1
        const last = received === count
        if (!autoAck) await message.ack()
        if (last) resolve()
      })
      .catch(reject)
  })
  stopwatch.stop()
  await channel.close()
  return undefined
}

/** The session reconnects, but the publish that was in progress rejects, so try it again. */
async function publishRetrying(session: AMQPSession, { bytes }: LoadRequest): Promise<undefined> {
  for (;;) {
    try {
      const destination = await session.exchange(benchExchange, 'direct')
      await destination.publish(bodyOf(bytes), { messageId: nextId() })
      return undefined
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
    }
  }
}
