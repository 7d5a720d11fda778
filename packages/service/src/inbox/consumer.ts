import { setTimeout as pause } from 'node:timers/promises'

import {
  attemptsOf,
  type Delivery,
  type Exchange,
  type Session,
  type Subscription,
} from '@messaging-patterns/shared'

import type { Faults } from '../faults/faults.ts'
import { readEvent, UnreadableEvent } from '../messages/envelope.ts'
import type { EventName, NewEvent, OrderEvent } from '../messages/events.ts'
import { addToOutbox } from '../outbox/outbox.ts'
import { DatabaseUnavailable, type Database, type Queries } from '../storage/database.ts'
import type { Log, LogFields } from '../logs/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { inProcessSpan } from '../traces/spans.ts'
import { addToInbox } from './inbox.ts'

/** Consumes events. Everything it does happens in one transaction per event. */
export interface Consumer {
  /** Its queue is called `orders.NAME`. */
  readonly name: string
  readonly events: readonly EventName[]
  /** Changes the consumer's tables, and returns the events that follow from it. */
  handle(event: OrderEvent, transaction: Queries): Promise<readonly NewEvent[]>
}

export interface ConsumerParts {
  readonly session: Session
  readonly exchange: Exchange
  readonly database: Database
  readonly faults: Faults
  readonly log: Log
  readonly metrics: Metrics
  /** Whether the queues were imported, for a user who may not declare them. */
  readonly useExisting?: boolean
}

const concurrency = 10
/** Milliseconds between two attempts while the database is away. */
const outagePause = 200

/** Declares the queue of a consumer, and binds it, so that no event is missed before it starts. */
export async function declareQueue(
  { session, exchange, useExisting = false }: ConsumerParts,
  consumer: Consumer,
) {
  const queue = await session.queue(`orders.${consumer.name}`, { passive: useExisting })
  return useExisting ? queue : queue.bind(exchange, ...consumer.events)
}

/** Handles the events in the queue of a consumer. */
export async function startConsumer(
  parts: ConsumerParts,
  consumer: Consumer,
  signal: AbortSignal,
): Promise<Subscription> {
  const queue = await declareQueue(parts, consumer)
  return queue.consume((delivery) => observed(parts, { consumer, delivery, signal }), {
    concurrency,
    signal,
    retry: {
      attempts: 5,
      delay: { from: 100, factor: 4 },
      hopeless: (error) => error instanceof UnreadableEvent,
    },
    onFailure: (error, delivery, verdict) => {
      const fate =
        verdict?.parked === undefined ? 'is tried again' : `is parked in "${verdict.parked.in}"`
      const level = verdict?.parked === undefined ? 'warn' : 'error'
      parts.log[level](
        `${consumer.name}: event ${delivery.messageId ?? 'without id'} ${fate}: ${String(error)}`,
        idsOf(delivery),
      )
    },
  })
}

interface Receipt {
  readonly consumer: Consumer
  readonly delivery: Delivery
  readonly signal: AbortSignal
}

/** Each attempt at a message is one span, and one measurement. */
function observed(parts: ConsumerParts, receipt: Receipt): Promise<void> {
  const { consumer, delivery } = receipt
  const { exchange, routingKey, headers } = delivery
  const { message_id: id, order_id: orderId } = idsOf(delivery)
  const queue = `orders.${consumer.name}`
  const message = { exchange, routingKey, id, orderId, queue, headers }
  const measured = { role: consumer.name, queue, attempts: attemptsOf(delivery).length }
  return inProcessSpan(message, () =>
    parts.metrics.measure(measured, delivery, () => receive(parts, receipt)),
  )
}

/** Also of a message that is not a readable event. */
function idsOf({ messageId, headers }: Delivery): LogFields {
  const orderId = headers['cloudEvents:subject']
  return { message_id: messageId, order_id: typeof orderId === 'string' ? orderId : undefined }
}

async function receive(
  parts: ConsumerParts,
  { consumer, delivery, signal }: Receipt,
): Promise<void> {
  const { faults, log } = parts
  faults.reach(`${consumer.name}: received`)
  const event = await readEvent(delivery.headers, delivery.body)
  const committed = await whenAvailable(() => handleOnce(parts, consumer, event), signal)
  if (!committed) {
    delivery.nack()
    return
  }
  faults.reach(`${consumer.name}: committed, not acknowledged`)
  delivery.ack()
  log.debug(`${consumer.name}: ${event.name} handled`, idsOf(delivery))
  faults.reach(`${consumer.name}: acknowledged`)
}

/** The event is handled, and what follows from it is in the outbox; or it was handled before. */
export async function handleOnce(
  { database, faults }: Pick<ConsumerParts, 'database' | 'faults'>,
  consumer: Consumer,
  event: OrderEvent,
): Promise<void> {
  await database.transaction(async (transaction) => {
    const isNew = await addToInbox(transaction, { consumer: consumer.name, eventId: event.id })
    if (!isNew) return
    faults.reach(`${consumer.name}: in the inbox, not handled`)
    const following = await consumer.handle(event, transaction)
    await addToOutbox(transaction, following)
    faults.reach(`${consumer.name}: handled, not committed`)
  })
}

/**
 * Repeats the work until the database is back: an outage is not the fault of the message, so it uses up
 * none of its attempts. False if the service stops first.
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
