import { rawHeaders, type Delivery } from '../consuming/delivery.ts'
import type { Headers } from '../messages/headers.ts'

/** One failed attempt at a message. */
export interface Attempt {
  /** When it failed, as an ISO date and time. */
  readonly at: string
  /** The error that the handler threw. */
  readonly error: string
  /** Milliseconds until the next attempt; undefined after the last one. */
  readonly delay?: number
}

/**
 * Why a message was parked: its attempts were used up, its body could not be read, `hopeless` said
 * that another attempt was pointless, or it was delivered ten times and never settled.
 */
export type ParkReason = 'attempts-used-up' | 'body-refused' | 'hopeless' | 'unfinished'

/** What a parked message tells about itself. */
export interface Parked {
  /** A {@link ParkReason}, unless the message was parked by another program. */
  readonly reason: string
  /** When it was parked, as an ISO date and time. */
  readonly at: string
  /** The queue that it was parked from. */
  readonly from: string
  /** Its failed attempts, the oldest first. */
  readonly attempts: readonly Attempt[]
}

// RabbitMQ keeps its own count in x-death and, since version 4, ignores one that a client sends. So
// these are headers of our own; names with x- belong to the broker.
const attemptsHeader = 'retry-attempts'
const exchangeHeader = 'retry-exchange'
const keyHeader = 'retry-routing-key'
const reasonHeader = 'parked-reason'
const atHeader = 'parked-at'
const fromHeader = 'parked-from'

/** The bytes that all attempts together may take of the frame with the headers. */
const room = 32_768

/**
 * The failed attempts that a message has behind it, the oldest first. In a handler with `retry` the
 * current attempt is `attemptsOf(delivery).length + 1`.
 */
export function attemptsOf({ headers }: Pick<Delivery, 'headers'>): readonly Attempt[] {
  const attempts = headers[attemptsHeader]
  return Array.isArray(attempts) ? attempts.filter(isAttempt) : []
}

function isAttempt(value: unknown): value is Attempt {
  return typeof value === 'object' && value !== null && 'at' in value && 'error' in value
}

/** The headers after one more failed attempt; they remember where the message was published to. */
export function headersAfter(delivery: Delivery, attempt: Attempt, attempts: number): Headers {
  const error = attempt.error.slice(0, Math.floor(room / Math.max(attempts, 32)))
  return {
    [exchangeHeader]: delivery.exchange,
    [keyHeader]: delivery.routingKey,
    ...rawHeaders(delivery),
    [attemptsHeader]: [...attemptsOf(delivery), { ...attempt, error }],
  }
}

/** The headers that are added when a message is parked. */
export function parkedHeaders(reason: ParkReason, at: string, from: string): Headers {
  return { [reasonHeader]: reason, [atHeader]: at, [fromHeader]: from }
}

/** Why and when a message was parked; undefined for a message that `retry` did not park. */
export function parkedOf(delivery: Delivery): Parked | undefined {
  const { [reasonHeader]: reason, [atHeader]: at, [fromHeader]: from } = delivery.headers
  if (typeof reason !== 'string' || typeof at !== 'string' || typeof from !== 'string')
    return undefined
  return { reason, at, from, attempts: attemptsOf(delivery) }
}

/**
 * The headers of a parked message without the history of its failures, so that it has all its
 * attempts before it again.
 *
 * @example
 * await queue.forward(delivery, freshHeaders(delivery))
 * delivery.ack()
 */
export function freshHeaders(delivery: Delivery): Headers {
  const history = new Set([attemptsHeader, reasonHeader, atHeader, fromHeader])
  return Object.fromEntries(
    Object.entries(rawHeaders(delivery)).filter(([name]) => !history.has(name)),
  )
}

/** The exchange and routing key that the message was first published with. */
export function originOf({ headers, exchange, routingKey }: Delivery): {
  readonly exchange: string
  readonly routingKey: string
} {
  const { [exchangeHeader]: firstExchange, [keyHeader]: firstKey } = headers
  return {
    exchange: typeof firstExchange === 'string' ? firstExchange : exchange,
    routingKey: typeof firstKey === 'string' ? firstKey : routingKey,
  }
}
