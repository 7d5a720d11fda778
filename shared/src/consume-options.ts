import type { Delivery } from './delivery.ts'
import type { RetryOptions, Verdict } from './retry.ts'

export interface ConsumeOptions {
  /**
   * How many messages the broker hands out ahead of their acknowledgement. Default: 1 for each
   * concurrent handler; 0 is no limit.
   */
  readonly prefetch?: number
  /** The broker forgets each message as it sends it: fast, and lost if you die. Default: false. */
  readonly autoAck?: boolean
  /** The content types that are read; of another, `body` throws CONTENT_REFUSED. */
  readonly accept?: readonly string[]
  /**
   * Ends the subscription after this many messages. Default: never. With `autoAck` the broker does
   * not know of it: what it has sent beyond is lost.
   */
  readonly limit?: number | undefined
  /** Ends the subscription when aborted. */
  readonly signal?: AbortSignal
  /** Consumers with a higher one are served first. Default: 0. */
  readonly priority?: number
}

/** Does the work of one message. */
export type Handler = (delivery: Delivery) => unknown

export interface HandleOptions {
  /** How many messages are handled at once. Default: 1. */
  readonly concurrency?: number
  /** A failed message is tried again later, and parked in the end. Default: it is rejected. */
  readonly retry?: RetryOptions
  /**
   * Hears of each failed message, and with `retry` of what becomes of it; without this the error
   * goes to stderr as a warning.
   */
  readonly onFailure?: (error: unknown, delivery: Delivery, verdict?: Verdict) => void
}
