import { inspect, isDeepStrictEqual } from 'node:util'

import type { HistoryEntry } from '../history/history.ts'
import { TestMessage } from '../history/test-message.ts'

/** What else an expected message has. What is left out may be anything. */
export interface MessageDetails {
  readonly exchange?: string
  readonly routingKey?: string
  /** The message may have more headers. */
  readonly headers?: Readonly<Record<string, unknown>>
  /** The message may have more properties. */
  readonly properties?: Readonly<Record<string, unknown>>
  /** Why it was dead-lettered: `rejected`, `expired`, `maxlen` or `delivery_limit`. */
  readonly reason?: string
  /** Whether it was delivered with the flag `redelivered`. */
  readonly redelivered?: boolean
  /** How many such messages there must be. Default: one or more. */
  readonly times?: number
  /** Milliseconds to wait for it. Default: the `timeout` of the broker. */
  readonly timeout?: number
}

/** How values are compared and printed: as the test framework does it. */
export interface Dialect {
  equals(actual: unknown, expected: unknown): boolean
  print(value: unknown): string
}

export const plainDialect: Dialect = { equals: isDeepStrictEqual, print: (value) => inspect(value) }

/**
 * Whether an entry is about an expected message. `body` is the body as text or bytes, its JSON, a
 * regular expression, or a function that decides; undefined stands for any.
 */
export function matches(
  entry: HistoryEntry,
  expected: { readonly body: unknown; readonly details: MessageDetails },
  dialect: Dialect,
): boolean {
  if (entry.message === undefined) return false
  const { body, details } = expected
  const message = new TestMessage(entry.message)
  const sameOrAny = (actual: unknown, wanted: unknown): boolean =>
    wanted === undefined || dialect.equals(actual, wanted)
  const contains = (actual: object, wanted: object = {}): boolean =>
    Object.entries(wanted).every(([name, value]) =>
      dialect.equals(new Map(Object.entries(actual)).get(name), value),
    )
  return (
    sameOrAny(message.exchange, details.exchange) &&
    sameOrAny(message.routingKey, details.routingKey) &&
    sameOrAny(entry.reason, details.reason) &&
    sameOrAny(entry.redelivered, details.redelivered) &&
    contains(message.headers, details.headers) &&
    contains(message.properties, details.properties) &&
    hasBody(message, body, dialect)
  )
}

function hasBody(message: TestMessage, body: unknown, dialect: Dialect): boolean {
  if (body === undefined) return true
  if (typeof body === 'function') return Boolean(body(message))
  if (body instanceof RegExp) return body.test(message.text)
  if (body instanceof Uint8Array) return Buffer.compare(message.body, body) === 0
  return dialect.equals(message.text, body) || dialect.equals(jsonOf(message), body)
}

/** The text where it is not JSON: then it has been compared already. */
function jsonOf(message: TestMessage): unknown {
  try {
    return message.json()
  } catch {
    return message.text
  }
}

/** What comes after "message": ` { id: 17 } with { routingKey: 'paid' }`. */
export function describeExpected(body: unknown, details: MessageDetails, dialect: Dialect): string {
  const listed = Object.entries(details).filter(([name]) => name !== 'times' && name !== 'timeout')
  const more = listed.length === 0 ? '' : ` with ${dialect.print(Object.fromEntries(listed))}`
  if (body === undefined) return more
  if (typeof body === 'function') return ` that the function accepts${more}`
  return ` ${typeof body === 'string' ? JSON.stringify(body) : dialect.print(body)}${more}`
}
