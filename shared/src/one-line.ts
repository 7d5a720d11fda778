import type { Body } from './body.ts'
import type { SessionOptions } from './session-options.ts'
import type { MessageOptions } from './destination.ts'
import type { Exchange, ExchangeKind } from './exchange.ts'
import type { Queue } from './queue.ts'
import { Session } from './session.ts'
import type { ConsumeOptions, HandleOptions, Handler } from './consume-options.ts'

/** An exchange, a queue that is bound to it, and the key between them. All three are declared. */
export interface Route extends SessionOptions {
  readonly exchange: string
  readonly queue: string
  /** Default: the name of the queue. */
  readonly routingKey?: string
  /** Default: direct. */
  readonly kind?: ExchangeKind
}

/** A connection that publishes to one route. */
export interface RoutePublisher extends AsyncDisposable {
  /** Resolves when the broker has the message; rejects with UNROUTABLE when no queue takes it. */
  publish(body: Body, options?: MessageOptions): Promise<void>
  close(): Promise<void>
}

/** A connection that consumes from one route. */
export interface RouteConsumer extends AsyncDisposable {
  /** Resolves when `limit` or `signal` has ended it; rejects with what else did. */
  finished(): Promise<void>
  close(): Promise<void>
}

/** `await publisher({ exchange: 'shop', queue: 'orders' })`, and the first message can be sent. */
export async function publisher(route: Route): Promise<RoutePublisher> {
  const { exchange, key, close } = await open(route)
  return {
    publish: (body, options) => exchange.publish(key, body, { mandatory: true, ...options }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** `await consumer({ exchange: 'shop', queue: 'orders', handler, retry })`, and messages come. */
export async function consumer(
  route: Route & ConsumeOptions & HandleOptions & { readonly handler: Handler },
): Promise<RouteConsumer> {
  const { queue, close } = await open(route)
  try {
    const subscription = await queue.consume(route.handler, route)
    return { finished: () => subscription.finished(), close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Whoever comes first declares the route; what the other declares is there already. */
async function open(route: Route): Promise<{
  readonly exchange: Exchange
  readonly queue: Queue
  readonly key: string
  readonly close: () => Promise<void>
}> {
  const session = await Session.open(route)
  const close = (): Promise<void> => session.close()
  try {
    const key = route.routingKey ?? route.queue
    const exchange = await session.exchange(route.exchange, route.kind ?? 'direct')
    const queue = await session.queue(route.queue)
    // Every queue is bound to the default exchange, whose name is '', by the queue's own name.
    if (route.exchange !== '') await queue.bind(exchange, key)
    return { exchange, queue, key, close }
  } catch (error) {
    await close()
    throw error
  }
}
