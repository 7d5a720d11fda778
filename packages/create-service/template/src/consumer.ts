import { setTimeout as pause } from 'node:timers/promises'

import type { Exchange, Session, Subscription } from '@messaging-patterns/shared'

import { DatabaseUnavailable, type Database, type Queries } from './database.ts'
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

/** Milliseconds between two attempts while the database is away. */
const outagePause = 200

/** Handles the events in the queue of a consumer. It acknowledges them after the commit. */
export async function startConsumer(
  consumer: Consumer,
  { session, exchange, database, signal, log }: ConsumerOptions,
): Promise<Subscription> {
  const queue = await session.queue(`orders.${consumer.name}`)
  await queue.bind(exchange, orderPlacedName)
  return queue.consume(
    async (delivery) => {
      const event = readEvent(delivery.headers, delivery.body)
      const handle = (): Promise<void> => handleOnce(database, consumer, event)
      if (!(await whenAvailable(handle, signal))) delivery.nack()
    },
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

/**
 * Repeats the work until the database is back: an outage is not the fault of the event, so it uses up none
 * of its attempts. False if the service stops first.
 */
async function whenAvailable(work: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error
      await pause(outagePause, undefined, { signal }).catch(() => {})
      if (signal.aborted) return false
    }
  }
}
