import type { FieldTable } from '../../../protocol/field-value.ts'
import type { QueueEntry } from '../messages/queue-entry.ts'

/** Who has taken a message and not settled it: a consumer, or a channel that asked for one. */
export interface Holder {
  /** It kept a message for too long; the queue has taken that back. */
  timedOut(): void
  /** It has settled, if too late, all that was taken back. */
  recovered(): void
}

/** Who takes messages from a queue: a channel's subscription, or a test. */
export interface Consumer extends Holder {
  readonly tag: string
  readonly noAck: boolean
  /** No other consumer may be on the queue beside it. */
  readonly exclusive: boolean
  readonly arguments: FieldTable
  /** How many of its deliveries are not settled. */
  readonly unsettled: number
  /** True while it can take one more message. Who turns true again tells `Queue.resume`. */
  canTake(): boolean
  deliver(entry: QueueEntry): void
  /** The queue is gone. */
  cancelled(): void
}

/** `x-priority` of a consumer: the higher one is served first. */
export function consumerPriority(consumer: Consumer): number {
  const field = consumer.arguments.get('x-priority')
  return field === undefined ? 0 : Number(field.value)
}

/** The consumers of a queue, and whose turn it is. */
export interface ConsumerLine {
  readonly size: number
  add(consumer: Consumer): void
  /** False where it was not in the line. */
  remove(consumer: Consumer): boolean
  /** A consumer that was full is no longer. */
  resume(consumer: Consumer): void
  /** The consumer to get the next message, of those that can take one. */
  next(): Consumer | undefined
  [Symbol.iterator](): Iterator<Consumer>
}
