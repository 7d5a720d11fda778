import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import type { Exchange } from '@messaging-patterns/shared'

import type { Database, Queries } from './database.ts'
import { headersOf, orderPlacedName, type OrderPlaced } from './events.ts'

const batchSize = 100
/** Milliseconds between two looks at an empty outbox. */
const interval = 50

/** Stores an event in the transaction that makes it true: both are committed, or neither is. */
export async function addToOutbox(
  transaction: Queries,
  event: Pick<OrderPlaced, 'orderId' | 'data'>,
): Promise<void> {
  const complete: OrderPlaced = { ...event, id: randomUUID(), time: new Date().toISOString() }
  await transaction.query('insert into outbox (event) values ($1)', [JSON.stringify(complete)])
}

/** For a broker that has lost its messages. The inbox recognizes those that were handled. */
export async function publishAgain(database: Database): Promise<void> {
  await database.query('update outbox set sent_at = null')
}

export interface RelayOptions {
  readonly database: Database
  readonly exchange: Exchange
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

/** Publishes the events of the outbox until `signal` is aborted. Several relays can share the work. */
export async function runRelay({ database, exchange, signal, log }: RelayOptions): Promise<void> {
  const isStopping = (): boolean => signal.aborted
  while (!isStopping()) {
    // After an error nothing is marked as sent, so the next batch begins with the same events.
    const count = await relayBatch(database, exchange).catch((error: unknown) => {
      log(`relay: ${String(error)}`)
      return 0
    })
    if (count < batchSize) await pause(interval, undefined, { signal }).catch(() => {})
  }
}

/**
 * An event is marked as sent when the broker has confirmed it. If the process dies in between, it is
 * published a second time with the same id.
 */
export function relayBatch(database: Database, exchange: Exchange): Promise<number> {
  return database.transaction(async (transaction) => {
    const rows = await transaction.query<{ position: string; event: OrderPlaced }>(
      `select position::text, event from outbox where sent_at is null
       order by outbox.position limit $1 for update skip locked`,
      [batchSize],
    )
    await Promise.all(rows.map(({ event }) => publish(exchange, event)))
    await transaction.query(
      'update outbox set sent_at = now() where position = any($1::bigint[])',
      [rows.map(({ position }) => position)],
    )
    return rows.length
  })
}

/** Mandatory: if no queue is bound, the event stays in the outbox until there is one. */
function publish(exchange: Exchange, event: OrderPlaced): Promise<void> {
  return exchange.publish(orderPlacedName, event.data, {
    mandatory: true,
    messageId: event.id,
    type: orderPlacedName,
    headers: headersOf(event),
  })
}
