import { setTimeout as pause } from 'node:timers/promises'

import type { Exchange } from '@messaging-patterns/shared'

import type { Faults } from '../faults/faults.ts'
import { headersOf } from '../messages/envelope.ts'
import type { Database } from '../storage/database.ts'
import { inSendSpan } from '../traces/spans.ts'
import type { StoredEvent } from './outbox.ts'

/** What a relay works with. */
export interface RelayParts {
  readonly database: Database
  readonly exchange: Exchange
  readonly faults: Faults
  /** Whether there is a connection to the broker. Without one, no events are locked. */
  readonly isConnected: () => boolean
}

const batchSize = 100
/** Milliseconds between two looks at an empty outbox. */
const interval = 50
/** Milliseconds for the confirms of a batch. Then its rows are unlocked, and tried again. */
const confirmTimeout = 10_000

/**
 * Publishes the events of the outbox until `signal` is aborted. The batch in progress is finished.
 * Several relays can run: each locks its own rows, and skips those that are locked.
 */
export async function runRelay(
  parts: RelayParts,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError: (error: unknown) => void },
): Promise<void> {
  const isStopping = (): boolean => signal.aborted
  while (!isStopping()) {
    let count = 0
    try {
      if (parts.isConnected()) count = await relayBatch(parts)
    } catch (error) {
      // Nothing was marked as sent, so the next batch begins with the same events.
      onError(error)
    }
    if (count < batchSize) await pause(interval, undefined, { signal }).catch(() => {})
  }
}

/**
 * Publishes the oldest unsent events, and returns how many there were. An event is marked as sent when
 * the broker has confirmed it. If the process dies in between, it is published a second time with the
 * same id, and consumers recognize the duplicate.
 */
export async function relayBatch({ database, exchange, faults }: RelayParts): Promise<number> {
  const count = await database.transaction(async (transaction) => {
    const rows = await transaction.query<{ position: string; event: StoredEvent }>(
      `select position::text, event from outbox where sent_at is null
       order by outbox.position limit $1 for update skip locked`,
      [batchSize],
    )
    if (rows.length === 0) return 0
    faults.reach('relay: events locked, not published')
    await inTime(Promise.all(rows.map(({ event }) => publish(exchange, event))))
    faults.reach('relay: confirmed, not marked as sent')
    await transaction.query(
      'update outbox set sent_at = now() where position = any($1::bigint[])',
      [rows.map(({ position }) => position)],
    )
    faults.reach('relay: marked as sent, not committed')
    return rows.length
  })
  if (count > 0) faults.reach('relay: committed')
  return count
}

/** Mandatory: if no queue is bound, the event stays in the outbox until there is one. */
function publish(exchange: Exchange, { trace, ...event }: StoredEvent): Promise<void> {
  const { name, id, orderId } = event
  const message = { exchange: exchange.name, routingKey: name, id, orderId }
  return inSendSpan(message, trace, (traceHeaders) =>
    exchange.publish(name, event.data, {
      mandatory: true,
      messageId: id,
      type: name,
      headers: { ...headersOf(event), ...traceHeaders },
    }),
  )
}

async function inTime(confirms: Promise<unknown>): Promise<void> {
  const timer = new AbortController()
  const timeout = pause(confirmTimeout, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`the broker has not confirmed a batch within ${confirmTimeout} ms`)
  })
  // One of the two is not awaited when the other one decides.
  timeout.catch(() => {})
  confirms.catch(() => {})
  try {
    await Promise.race([confirms, timeout])
  } finally {
    timer.abort()
  }
}
