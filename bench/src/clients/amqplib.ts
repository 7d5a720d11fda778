// The reference: amqplib as somebody writes it who knows it well and wants speed.
import { once } from 'node:events'

import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib'

import { confirmWindow, exchange, type Order } from './load.ts'
import { bodyOf, contentType, newKey, nextId } from './messages.ts'
import { serve, type Stopwatch } from './serve.ts'
import { timeCalls } from './under-way.ts'

/** What message ids cost, and what confirms cost in calls, are contenders of their own. */
const withIds = process.argv[2] !== 'plain'
const callsAreConfirmed = process.argv[2] === 'confirming'

interface Properties {
  readonly persistent: boolean
  readonly contentType: string
  readonly messageId?: string
}

function properties(persistent = true): Properties {
  return withIds ? { persistent, contentType, messageId: nextId() } : { persistent, contentType }
}

await serve(async (url) => {
  const model = await connect(url, { noDelay: true })
  const channel = await model.createConfirmChannel()
  const unconfirmed = await model.createChannel()
  const toExchange = { channel, exchange, routingKey: () => '' }
  return {
    'publish-one': ({ count, bytes }) => publishOneByOne(channel, count, bodyOf(bytes)),
    'publish-window': ({ count, bytes }) => publishInWindow(toExchange, count, bodyOf(bytes)),
    'publish-none': ({ count, bytes }) => publishUnconfirmed(unconfirmed, count, bodyOf(bytes)),
    fill: ({ count, bytes, queue }) =>
      publishInWindow({ channel, exchange: '', routingKey: () => queue }, count, bodyOf(bytes)),
    route: (order) => {
      const target = { channel, exchange: order.exchange, routingKey: newKey, persistent: false }
      return publishInWindow(target, order.count, bodyOf(order.bytes))
    },
    consume: (order, stopwatch) => consume(model, order, stopwatch),
    serve: (order) => serveCalls(model, order),
    call: (order, stopwatch) => call(model, order, stopwatch),
    insist: insistingOn(url, model, channel),
  }
})

async function publishOneByOne(channel: ConfirmChannel, count: number, body: Buffer) {
  for (let i = 0; i < count; i++)
    await new Promise<void>((resolve, reject) => {
      channel.publish(exchange, '', body, properties(), (error: unknown) => {
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
    if (!channel.publish(exchange, '', body, properties())) await once(channel, 'drain')
  // It is answered when the broker has taken all that went before it on this channel.
  await channel.checkExchange(exchange)
  return undefined
}

async function consume(model: ChannelModel, order: Order, stopwatch: Stopwatch) {
  const { queue, count, prefetch, autoAck } = order
  const channel = await model.createChannel()
  if (!autoAck) await channel.prefetch(prefetch)
  stopwatch.start()
  await new Promise<void>((resolve, reject) => {
    let got = 0
    const onMessage: Parameters<Channel['consume']>[1] = (message) => {
      if (message === null) return
      if (!autoAck) channel.ack(message)
      got += 1
      if (got === count) resolve()
    }
    channel.consume(queue, onMessage, { noAck: autoAck }).catch(reject)
  })
  stopwatch.stop()
  await channel.close()
  return undefined
}

function channelForCalls(model: ChannelModel): Promise<Channel> {
  return callsAreConfirmed ? model.createConfirmChannel() : model.createChannel()
}

async function serveCalls(model: ChannelModel, { queue, prefetch }: Order) {
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

async function call(model: ChannelModel, order: Order, stopwatch: Stopwatch) {
  const channel = await channelForCalls(model)
  const waiting = new Map<unknown, (reply: Buffer) => void>()
  const heard: Parameters<Channel['consume']>[1] = (reply) => {
    const id: unknown = reply?.properties.correlationId
    if (reply !== null) waiting.get(id)?.(reply.content)
    waiting.delete(id)
  }
  await channel.consume('amq.rabbitmq.reply-to', heard, { noAck: true })
  const body = bodyOf(order.bytes)
  stopwatch.start()
  const times = await timeCalls(order, () => {
    const correlationId = nextId()
    return new Promise((resolve) => {
      waiting.set(correlationId, resolve)
      const options = { contentType, correlationId, replyTo: 'amq.rabbitmq.reply-to' }
      channel.publish('', order.queue, body, options)
    })
  })
  stopwatch.stop()
  await channel.close()
  return times
}

/** Recovery by hand: what failed is done again on a new connection, which is opened at once. */
function insistingOn(url: string, model: ChannelModel, channel: ConfirmChannel) {
  let current = channel
  model.on('error', () => {})
  return async ({ bytes }: Order): Promise<undefined> => {
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
