import type { Dialect, MessageDetails } from './expectation.ts'
import type { MessageFate } from '../history/history.ts'
import { TestExchange } from './test-exchange.ts'
import { TestQueue } from './test-queue.ts'
import type { Outcome } from './witness.ts'

/** What the matchers of this package do. They wait, so `await` each. */
export interface BrokerMatchers {
  /**
   * The queue has received a message, or one was published to the exchange. `body` is the body as
   * text or bytes, its JSON, a regular expression, or a function that decides.
   */
  toHaveReceived(body?: unknown, details?: MessageDetails): Promise<void>
  /** A message was delivered to a consumer. */
  toHaveDelivered(body?: unknown, details?: MessageDetails): Promise<void>
  /** A message was acknowledged. */
  toHaveAcked(body?: unknown, details?: MessageDetails): Promise<void>
  /** A message was put back into the queue. */
  toHaveRequeued(body?: unknown, details?: MessageDetails): Promise<void>
  /** A message was rejected, expired, or was dropped; also without a dead letter exchange. */
  toHaveDeadLettered(body?: unknown, details?: MessageDetails): Promise<void>
  /** The queue exists and has this many messages, ready or unacknowledged. */
  toHoldMessages(count: number, options?: { readonly timeout?: number }): Promise<void>
}

/** The part of a matcher's `this` that vitest and jest have in common. */
interface MatcherThis {
  readonly isNot?: boolean
  readonly utils: { stringify(value: unknown): string }
  equals(actual: unknown, expected: unknown, customTesters?: unknown[]): boolean
  readonly customTesters?: unknown[]
}

interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

type MessageMatcher = (
  this: MatcherThis,
  actual: unknown,
  ...expected: [body?: unknown, details?: MessageDetails]
) => Promise<MatcherResult>

function dialectOf(matcher: MatcherThis): Dialect {
  return {
    equals: (actual, expected) =>
      matcher.equals(actual, expected, [...(matcher.customTesters ?? [])]),
    print: (value) => inOneLine(matcher.utils.stringify(value)),
  }
}

/** From `Object {`, a line per field and `}` to `{ "id": 17 }`. */
function inOneLine(printed: string): string {
  return printed
    .replaceAll(/\b(?:Object|Array) (?=[[{])/g, '')
    .replaceAll(/,?\n\s*(?=[\]}])/g, ' ')
    .replaceAll(/\n\s*/g, ' ')
}

function result({ pass, explain }: Outcome): MatcherResult {
  return { pass, message: explain }
}

/** A matcher that waits for what has happened to a message. `not` does not wait: it looks once. */
function messageMatcher(name: keyof BrokerMatchers, what: MessageFate): MessageMatcher {
  return async function match(this: MatcherThis, actual, ...[body, details = {}]) {
    const dialect = dialectOf(this)
    if (actual instanceof TestExchange && what === 'received') {
      const expected = { what: 'published', body, details } as const
      if (this.isNot === true) return result(actual.judge(expected, dialect))
      return result(await actual.expect(expected, dialect))
    }
    const queue = queueOf(actual, name)
    const expected = { what, body, details }
    if (this.isNot === true) return result(queue.judge(expected, dialect))
    return result(await queue.expect(expected, dialect))
  }
}

async function toHoldMessages(
  this: MatcherThis,
  actual: unknown,
  ...[count, options]: [count: number, options?: { readonly timeout?: number }]
): Promise<MatcherResult> {
  const queue = queueOf(actual, 'toHoldMessages')
  if (this.isNot === true) return result(queue.judgeCount(count))
  return result(await queue.expectCount(count, options))
}

function queueOf(actual: unknown, matcher: string): TestQueue {
  if (actual instanceof TestQueue) return actual
  const also = matcher === 'toHaveReceived' ? ', or of broker.exchange(name)' : ''
  throw new TypeError(`${matcher} expects the result of broker.queue(name)${also}`)
}

/** For `expect.extend`. */
export const matchers = {
  toHaveReceived: messageMatcher('toHaveReceived', 'received'),
  toHaveDelivered: messageMatcher('toHaveDelivered', 'delivered'),
  toHaveAcked: messageMatcher('toHaveAcked', 'acked'),
  toHaveRequeued: messageMatcher('toHaveRequeued', 'requeued'),
  toHaveDeadLettered: messageMatcher('toHaveDeadLettered', 'dead-lettered'),
  toHoldMessages,
}
