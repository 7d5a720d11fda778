// amqplib, the baseline: written by hand for speed, without any layer.
import { once } from 'node:events'

import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib'

import { benchExchange, confirmWindow, copyName, type LoadRequest } from '../common/load.ts'
import { countDeliveries } from './count-deliveries.ts'
import { bodyOf, contentType, nextKey, nextId } from './messages.ts'
import { runClient, type LoadHandler, type Stopwatch } from './run-client.ts'
import { measureLatency } from './latency.ts'

// Two variants of this client show the cost of message ids, and of confirms for RPC calls. A third one
// only counts what it consumes.
const withIds = process.argv[2] !== 'without-ids'
const callsAreConfirmed = process.argv[2] === 'confirming'
const onlyCounts = process.argv[2] === 'counting'

interface Properties {
  readonly persistent: boolean
  readonly contentType: string
  readonly messageId?: string
}

function properties(persistent = true): Properties {
  return withIds ? { persistent, contentType, messageId: nextId() } : { persistent, contentType }
}

await runClient(async (url) => {
  const model = await connect(url, { noDelay: true })
  const channel = await model.createConfirmChannel()
  const unconfirmed = await model.createChannel()
  const consumes: LoadHandler = (request, stopwatch) =>
    onlyCounts
      ? countDeliveries(url, sourceOf(request), { request, stopwatch })
      : consume(model, request, stopwatch)
  const toExchange = { channel, exchange: benchExchange, routingKey: () => '' }
  return {
    'publish-one-by-one': ({ count, bytes }) => publishOneByOne(channel, count, bodyOf(bytes)),
    'publish-window': ({ count, bytes }) => publishInWindow(toExchange, count, bodyOf(bytes)),
    'publish-unconfirmed': ({ count, bytes }) =>
      publishUnconfirmed(unconfirmed, count, bodyOf(bytes)),
    'publish-to-queue': ({ count, bytes, queue }) =>
      publishInWindow({ channel, exchange: '', routingKey: () => queue }, count, bodyOf(bytes)),
    'publish-routed': (request) => {
      const target = { channel, exchange: request.exchange, routingKey: nextKey, persistent: false }
      return publishInWindow(target, request.count, bodyOf(request.bytes))
    },
    consume: consumes,
    'read-stream': consumes,
    'consume-copies': consumes,
    'serve-calls': (request) => serveCalls(model, request),
    call: (request, stopwatch) => call(model, request, stopwatch),
    'publish-retrying': publishRetrying(url, model, channel),
  }
})

async function publishOneByOne(channel: ConfirmChannel, count: number, body: Buffer) {
  for (let i = 0; i < count; i++)
    await new Promise<void>((resolve, reject) => {
      channel.publish(benchExchange, '', body, properties(), (error: unknown) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  return undefined
}

interface Target {
  readonly channel: ConfirmChannel
  readonly exchange: string
  readonly routingKey: () => string
  readonly persistent?: boolean
}

function publishInWindow(target: Target, count: number, body: Buffer): Promise<undefined> {
  const { channel } = target
  return new Promise((resolve, reject) => {
    let [sent, confirmed, writable] = [0, 0, true]
    const onConfirm = (error: unknown): void => {
      if (error !== null) reject(error)
      confirmed += 1
      if (confirmed === count) resolve(undefined)
      else pump()
    }
    const onDrain = (): void => {
      writable = true
      pump()
    }
    const pump = (): void => {
      while (writable && sent < count && sent - confirmed < confirmWindow) {
        sent += 1
        writable = channel.publish(
          target.exchange,
          target.routingKey(),
          body,
          properties(target.persistent),
          onConfirm,
        )
        if (!writable) channel.once('drain', onDrain)
      }
    }
    pump()
  })
}

async function publishUnconfirmed(channel: Channel, count: number, body: Buffer) {
  for (let i = 0; i < count; i++)
    if (!channel.publish(benchExchange, '', body, properties())) await once(channel, 'drain')
  // The broker answers this after it has read all earlier messages on the channel.
  await channel.checkExchange(benchExchange)
  return undefined
}

/** The queue of each consumer, and the arguments of all. */
function sourceOf({ load, queue, concurrency }: LoadRequest) {
  if (load === 'consume') return { queues: [queue], arguments: {} }
  const each = Array.from({ length: concurrency }, (_, at) => at)
  if (load === 'consume-copies')
    return { queues: each.map((at) => copyName(queue, at)), arguments: {} }
  return { queues: each.map(() => queue), arguments: { 'x-stream-offset': 'first' } }
}

async function consume(model: ChannelModel, request: LoadRequest, stopwatch: Stopwatch) {
  const { count, prefetch, autoAck } = request
  const source = sourceOf(request)
  const options = { noAck: autoAck, arguments: source.arguments }
  const consumers: { queue: string; channel: Channel }[] = []
  for (const queue of source.queues) {
    const channel = await model.createChannel()
    if (!autoAck) await channel.prefetch(prefetch)
    consumers.push({ queue, channel })
  }
  stopwatch.start()
  await new Promise<void>((resolve, reject) => {
    let missing = count * consumers.length
    for (const { queue, channel } of consumers) {
      const onMessage: Parameters<Channel['consume']>[1] = (message) => {
        if (message === null) return
        if (!autoAck) channel.ack(message)
        missing -= 1
        if (missing === 0) resolve()
      }
      channel.consume(queue, onMessage, options).catch(reject)
    }
  })
  stopwatch.stop()
  for (const { channel } of consumers) await channel.close()
  return undefined
}

function channelForCalls(model: ChannelModel): Promise<Channel> {
  return callsAreConfirmed ? model.createConfirmChannel() : model.createChannel()
}

async function serveCalls(model: ChannelModel, { queue, prefetch }: LoadRequest) {
  const channel = await channelForCalls(model)
  await channel.prefetch(prefetch)
  await channel.consume(queue, (request) => {
    if (request === null) return
    const { replyTo, correlationId } = request.properties
    const reply = { correlationId: String(correlationId) }
    channel.publish('', String(replyTo), request.content, reply)
    channel.ack(request)
  })
  return undefined
}

async function call(model: ChannelModel, request: LoadRequest, stopwatch: Stopwatch) {
  const channel = await channelForCalls(model)
  const waiting = new Map<unknown, (reply: Buffer) => void>()
  const onReply: Parameters<Channel['consume']>[1] = (reply) => {
    const id: unknown = reply?.properties.correlationId
    if (reply !== null) waiting.get(id)?.(reply.content)
    waiting.delete(id)
  }
  await channel.consume('amq.rabbitmq.reply-to', onReply, { noAck: true })
  const body = bodyOf(request.bytes)
  stopwatch.start()
  const times = await measureLatency(request, () => {
    const correlationId = nextId()
    return new Promise((resolve) => {
      waiting.set(correlationId, resolve)
      const options = { contentType, correlationId, replyTo: 'amq.rabbitmq.reply-to' }
      channel.publish('', request.queue, body, options)
    })
  })
  stopwatch.stop()
  await channel.close()
  return times
}

/** Recovers by hand: connects again immediately, and publishes again. */
function publishRetrying(url: string, model: ChannelModel, channel: ConfirmChannel) {
  let current = channel
  model.on('error', () => {})
  return async ({ bytes }: LoadRequest): Promise<undefined> => {
    for (;;) {
      try {
        return await publishOneByOne(current, 1, bodyOf(bytes))
      } catch {
        const next = await connect(url, { noDelay: true })
        next.on('error', () => {})
        current = await next.createConfirmChannel()
      }
    }
  }
}
