import type { Exchange, Session, Subscription } from '@messaging-patterns/shared'

import type { Database, Queries } from './database.ts'
import { orderPlacedName, readEvent, UnreadableEvent, type OrderPlaced } from './events.ts'

/** Consumes events. Everything it does happens in one transaction per event. */
export interface Consumer {
  /** Its queue is called `orders.NAME`. */
  readonly name: string
  handle(event: OrderPlaced, transaction: Queries): Promise<void>
}

export interface ConsumerOptions {
  readonly session: Session
  readonly exchange: Exchange
  readonly database: Database
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

/** Handles the events in the queue of a consumer. It acknowledges them after the commit. */
export async function startConsumer(
  consumer: Consumer,
  { session, exchange, database, signal, log }: ConsumerOptions,
): Promise<Subscription> {
  const queue = await session.queue(`orders.${consumer.name}`)
  await queue.bind(exchange, orderPlacedName)
  return queue.consume(
    ({ headers, body }) => handleOnce(database, consumer, readEvent(headers, body)),
    {
      concurrency: 10,
      signal,
      retry: {
        attempts: 5,
        delay: { from: 100, factor: 4 },
        hopeless: (error) => error instanceof UnreadableEvent,
      },
      onFailure: (error, { messageId = '' }, verdict) => {
        const fate = verdict?.parked === undefined ? 'is tried again' : 'is parked'
        log(`${consumer.name}: event ${messageId} ${fate}: ${String(error)}`)
      },
    },
  )
}

/** An event that arrives twice is handled once: its id is stored together with the effect. */
export async function handleOnce(
  database: Database,
  consumer: Consumer,
  event: OrderPlaced,
): Promise<void> {
  await database.transaction(async (transaction) => {
    const added = await transaction.query(
      `insert into inbox (consumer, event_id) values ($1, $2)
       on conflict do nothing returning event_id`,
      [consumer.name, event.id],
    )
    if (added.length > 0) await consumer.handle(event, transaction)
  })
}
