import type { FieldTable } from '../../../protocol/field-value.ts'
import type { QueueEntry } from '../messages/queue-entry.ts'

/** A consumer, or a channel that called basic.get: it has to acknowledge what it received. */
export interface Recipient {
  /** The number of its connection; undefined if there is none. */
  readonly connection: number | undefined
  /** It did not acknowledge a message within the consumer timeout. The queue has requeued it. */
  timedOut(): void
  /** It has acknowledged every message that had timed out. */
  recovered(): void
}

/** A consumer of a queue. */
export interface Consumer extends Recipient {
  readonly tag: string
  readonly noAck: boolean
  /** It tolerates no other consumer on the queue. */
  readonly exclusive: boolean
  readonly arguments: FieldTable
  /** How many unacked messages it may have; 0 for any number. */
  readonly prefetch: number
  readonly unackedCount: number
  /** Whether it can receive another message. When this changes to true, it calls `Queue.resume`. */
  hasCapacity(): boolean
  deliver(entry: QueueEntry): void
  /** The queue was deleted. */
  canceled(): void
}

/** The consumer's argument `x-priority`: a higher priority is served first. */
export function consumerPriority(consumer: Consumer): number {
  const field = consumer.arguments.get('x-priority')
  return field === undefined ? 0 : Number(field.value)
}
