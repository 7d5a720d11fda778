import { Session, type Subscription } from '@messaging-patterns/shared'

import type { Faults } from '../faults/faults.ts'
import { health } from '../http/health.ts'
import { ordersApi } from '../http/orders-api.ts'
import { startHttp, type HttpServer, type Route } from '../http/server.ts'
import { declareQueue, startConsumer, type ConsumerParts } from '../inbox/consumer.ts'
import { runRelay } from '../outbox/relay.ts'
import type { Log } from '../logs/log.ts'
import { Metrics, type Depths } from '../metrics/metrics.ts'
import { metricsRoute } from '../http/metrics-route.ts'
import { backlogOf } from '../outbox/outbox.ts'
import type { Database } from '../storage/database.ts'
import { Closers } from './closers.ts'
import { consumers } from './consumers.ts'
import type { RoleName } from './role-names.ts'

/** The stream with the history of all orders. */
export const historyStream = 'orders.history'

export interface ServiceOptions {
  readonly database: Database
  readonly amqpUrl: string
  readonly roles: readonly RoleName[]
  readonly host: string
  readonly port: number
  readonly faults: Faults
  readonly log: Log
  /** The trace of an order as text; undefined if this process keeps no traces. */
  readonly showTrace: ((orderId: string) => string | undefined) | undefined
  /** `existing`: exchange, queues and bindings are there, and are not declared. Default: `declare`. */
  readonly topology?: 'declare' | 'existing'
}

/** The roles of this process, until it is disposed of. */
export interface Service extends AsyncDisposable {
  readonly url: string
  /**
   * Rejects when it cannot go on, for example because the queue of a consumer was deleted, or because
   * the broker refused the exchange after a reconnect.
   */
  readonly failed: Promise<never>
}

/**
 * Starts the roles. To stop, it takes no more requests and messages, finishes what it has begun, and
 * publishes nothing more: what is in the outbox stays there for the next start.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { database, roles, faults, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  await using started = new Closers()
  let connected = true
  const isConnected = (): boolean => connected
  const session = started.use(
    await Session.open({
      url: options.amqpUrl,
      // While the broker is away, /readyz says so, and orders wait in the outbox.
      reconnectFor: Number.POSITIVE_INFINITY,
      onStatus(status) {
        if (status.type === 'disconnected') connected = false
        if (status.type === 'reconnected') connected = true
        const level = status.type === 'disconnected' ? 'warn' : 'info'
        log[level](`broker: ${status.type}${'reason' in status ? `: ${status.reason}` : ''}`)
      },
    }),
  )
  const useExisting = options.topology === 'existing'
  const exchange = await session.exchange('orders', 'topic', { passive: useExisting })
  const metrics = new Metrics()
  const parts: ConsumerParts = { session, exchange, database, faults, log, metrics, useExisting }
  if (!useExisting) await declareTopology(parts)

  const subscriptions: Subscription[] = []
  for (const consumer of consumers.filter(({ name }) => isRole(roles, name))) {
    const subscription = await startConsumer(parts, consumer, signal)
    started.add(() => subscription.cancel())
    subscriptions.push(subscription)
  }
  if (roles.includes('relay')) startRelay(started, { ...parts, isConnected, stopping })
  metrics.observe(await depths(parts, { roles, isConnected }))
  const http = started.use(await listen(options, { isConnected, signal, metrics }))
  started.add(async () => stopping.abort())

  const running = started.move()
  return {
    url: http.url,
    failed: firstFailure(session, subscriptions),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

/** Never resolves. What ends without an error was stopped. */
function firstFailure(session: Session, subscriptions: readonly Subscription[]): Promise<never> {
  return new Promise((_, reject) => {
    // A process without consumers would notice nothing else.
    void session.closed.then((error) => {
      if (error !== undefined) reject(error)
    })
    for (const subscription of subscriptions) subscription.finished().catch(reject)
  })
}

function isRole(roles: readonly string[], name: string): boolean {
  return roles.includes(name)
}

/** Every process declares everything, so that no event is published before its queues exist. */
async function declareTopology(parts: ConsumerParts): Promise<void> {
  for (const consumer of consumers) await declareQueue(parts, consumer)
  const history = await parts.session.stream(historyStream)
  await history.bind(parts.exchange, '#')
}

/** The queues of the roles in this process, also those of parked messages, and the outbox of a relay. */
async function depths(
  { session, database }: ConsumerParts,
  { roles, isConnected }: Pick<ServiceOptions, 'roles'> & { readonly isConnected: () => boolean },
): Promise<Depths> {
  const names = consumers
    .filter(({ name }) => isRole(roles, name))
    .flatMap(({ name }) => [`orders.${name}`, `orders.${name}.parked`])
  const queues = await Promise.all(names.map((name) => session.queue(name, { passive: true })))
  return {
    async queues() {
      // Without a connection, counting would wait for the next one.
      if (!isConnected()) return {}
      const counted = queues.map(
        async (queue) => [queue.name, (await queue.count()).messages] as const,
      )
      return Object.fromEntries(await Promise.all(counted))
    },
    outbox: roles.includes('relay') ? () => backlogOf(database) : undefined,
  }
}

interface RelayOptions extends Pick<ConsumerParts, 'database' | 'exchange' | 'faults' | 'log'> {
  readonly isConnected: () => boolean
  readonly stopping: AbortController
}

function startRelay(started: Closers, options: RelayOptions): void {
  const { stopping, log } = options
  const onError = (error: unknown): void => log.warn(`relay: ${String(error)}`)
  const finished = runRelay(options, { signal: stopping.signal, onError })
  started.add(() => {
    // If something that starts later has failed, nobody else has.
    stopping.abort()
    return finished
  })
}

function listen(
  { database, faults, roles, host, port, log, showTrace }: ServiceOptions,
  {
    isConnected,
    signal,
    metrics,
  }: {
    readonly isConnected: () => boolean
    readonly signal: AbortSignal
    readonly metrics: Metrics
  },
): Promise<HttpServer> {
  const routes: readonly Route[] = [
    metricsRoute(metrics),
    health({ database, isConnected, isStopping: () => signal.aborted }),
    ...(roles.includes('api') ? [ordersApi({ database, faults, log, showTrace })] : []),
  ]
  const route: Route = async (request, path) => {
    for (const each of routes) {
      const reply = await each(request, path)
      if (reply !== undefined) return reply
    }
    return undefined
  }
  return startHttp({ host, port, route, onError: (error) => log.error(`http: ${String(error)}`) })
}
