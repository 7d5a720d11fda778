import type { Delivery } from '../consuming/delivery.ts'
import type { RetryOptions, Verdict } from './retry-options.ts'

/**
 * Does the work of one message, and may be async. When it is done the message is acknowledged, unless
 * the handler has settled it itself; when it throws, the message is rejected or, with `retry`, tried
 * again later.
 */
export type Handler = (delivery: Delivery) => unknown

/** How a handler is called, and what happens when it fails. */
export interface HandleOptions {
  /** How many messages are handled at once. Default: 1. */
  readonly concurrency?: number
  /** Tries a failed message again later, and parks it in the end. Default: it is rejected. */
  readonly retry?: RetryOptions
  /**
   * Called with the error of each failed message and, with `retry`, what happens to it. Default: a
   * warning on stderr, except for a message that is tried again.
   */
  readonly onFailure?: (error: unknown, delivery: Delivery, verdict?: Verdict) => void
}
