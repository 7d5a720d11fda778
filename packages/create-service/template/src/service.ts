import { Session, type Subscription } from '@messaging-patterns/shared'

import { startConsumer, type Consumer } from './consumer.ts'
import type { Database } from './database.ts'
import { startHttp } from './http.ts'
import { invoices } from './invoices.ts'
import { runRelay } from './outbox.ts'

/** Add yours here. */
const consumers: readonly Consumer[] = [invoices]

export interface ServiceOptions {
  readonly database: Database
  readonly amqpUrl: string
  readonly host: string
  readonly port: number
  readonly log: (line: string) => void
}

export interface Service extends AsyncDisposable {
  readonly url: string
  /** Rejects when a consumer cannot continue, for example because its queue was deleted. */
  readonly failed: Promise<never>
}

/** To stop, it takes no more requests and events, and finishes those in progress. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { database, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let connected = true
  const session = await Session.open({
    url: options.amqpUrl,
    reconnectFor: Number.POSITIVE_INFINITY,
    onStatus({ type }) {
      if (type === 'disconnected' || type === 'reconnected') connected = type === 'reconnected'
      log(`broker: ${type}`)
    },
  })
  try {
    const exchange = await session.exchange('orders', 'topic')
    const parts = { session, exchange, database, signal, log }
    // Queues before the relay, so that no event is published before someone can receive it.
    const subscriptions: Subscription[] = []
    for (const consumer of consumers) subscriptions.push(await startConsumer(consumer, parts))
    const http = await startHttp({ ...options, isConnected: () => connected })
    const relay = runRelay(parts)
    return {
      url: http.url,
      failed: new Promise((_, reject) => {
        for (const subscription of subscriptions) subscription.finished().catch(reject)
      }),
      async [Symbol.asyncDispose]() {
        stopping.abort()
        await http[Symbol.asyncDispose]()
        await relay
        await session.close()
      },
    }
  } catch (error) {
    await session.close()
    throw error
  }
}
