import type { ParkReason } from './attempts.ts'
import type { Backoff } from './backoff.ts'

/** When a message whose handler failed is tried again, and when it is given up. */
export interface RetryOptions {
  /** How often a message is tried before it is parked, the first time included: 1 to 200. */
  readonly attempts: number
  /** Milliseconds before the next attempt: a constant, or a {@link Backoff}. */
  readonly delay: number | Backoff
  /**
   * The queue for messages that are given up. It is declared with {@link parkingQueueOptions}.
   * Default: the name of the queue and `.parked`.
   */
  readonly parkIn?: string
  /** Whether another attempt at this error is pointless: the message is parked at once. */
  readonly hopeless?: (error: unknown) => boolean
}

/** What happens to a message whose handler failed. */
export interface Verdict {
  /** The attempt that failed, counting from 1. */
  readonly attempt: number
  /** Milliseconds until the next attempt; undefined if there is none. */
  readonly delay?: number
  /** Set when the message was parked. */
  readonly parked?: { readonly reason: ParkReason; readonly in: string }
}

/**
 * The options of a queue for parked messages. Its delivery limit is practically infinite, because
 * looking at a message without acknowledging it must not count as a failed delivery.
 *
 * @example
 * const parking = await session.queue('orders.parked', parkingQueueOptions)
 */
export const parkingQueueOptions = { arguments: { 'x-delivery-limit': 1_000_000_000 } } as const
