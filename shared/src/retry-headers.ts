import { rawHeaders, type Delivery } from './delivery.ts'
import type { Headers } from './headers.ts'

/** One failed attempt at a message. */
export interface Attempt {
  /** An ISO date and time. */
  readonly at: string
  readonly error: string
  /** Milliseconds until the next attempt; none after the last. */
  readonly delay?: number
}

/**
 * Why a message was parked: its attempts were used up, its body cannot be read, the handler's error
 * is one that no retry mends, or it was handed out again and again and nobody ever finished it.
 */
export type ParkReason = 'attempts-used-up' | 'body-refused' | 'hopeless' | 'unfinished'

/** What a parked message says of itself. */
export interface Parked {
  readonly reason: string
  /** An ISO date and time. */
  readonly at: string
  /** The queue from which it was parked. */
  readonly from: string
  readonly attempts: readonly Attempt[]
}

// RabbitMQ keeps its own count in x-death and, from version 4 on, believes no client that sends
// one. So these are headers of our own; no name with x-, which belong to the broker.
const attemptsHeader = 'retry-attempts'
const exchangeHeader = 'retry-exchange'
const keyHeader = 'retry-routing-key'
const reasonHeader = 'parked-reason'
const atHeader = 'parked-at'
const fromHeader = 'parked-from'

/** What all attempts together may take of the frame that carries the headers. */
const room = 32_768

/** The failed attempts that a message has behind it. */
export function attemptsOf({ headers }: Pick<Delivery, 'headers'>): readonly Attempt[] {
  const attempts = headers[attemptsHeader]
  return Array.isArray(attempts) ? attempts.filter(isAttempt) : []
}

function isAttempt(value: unknown): value is Attempt {
  return typeof value === 'object' && value !== null && 'at' in value && 'error' in value
}

/** The headers for one more failed attempt; where the message came from stays with it. */
export function failedHeaders(delivery: Delivery, attempt: Attempt, attempts: number): Headers {
  const error = attempt.error.slice(0, Math.floor(room / Math.max(attempts, 32)))
  return {
    [exchangeHeader]: delivery.exchange,
    [keyHeader]: delivery.routingKey,
    ...rawHeaders(delivery),
    [attemptsHeader]: [...attemptsOf(delivery), { ...attempt, error }],
  }
}

/** What is added to the headers of a message that is parked. */
export function parkedHeaders(reason: ParkReason, at: string, from: string): Headers {
  return { [reasonHeader]: reason, [atHeader]: at, [fromHeader]: from }
}

/** What a parked message says of itself; undefined for one that `retry` did not park. */
export function parkedOf(delivery: Delivery): Parked | undefined {
  const { [reasonHeader]: reason, [atHeader]: at, [fromHeader]: from } = delivery.headers
  if (typeof reason !== 'string' || typeof at !== 'string' || typeof from !== 'string')
    return undefined
  return { reason, at, from, attempts: attemptsOf(delivery) }
}

/** The headers with which a parked message begins anew: all but the story of its failures. */
export function freshHeaders(delivery: Delivery): Headers {
  const past = new Set([attemptsHeader, reasonHeader, atHeader, fromHeader])
  return Object.fromEntries(
    Object.entries(rawHeaders(delivery)).filter(([name]) => !past.has(name)),
  )
}

/** The exchange and key that the message was first published with. */
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
