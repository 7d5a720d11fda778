import type { QueueEntry, ReadyMessage } from './queue-entry.ts'

/** The messages of a queue that are ready for delivery, in the order in which they are delivered. */
export interface ReadyMessages {
  /** Adds a new message. */
  push(ready: ReadyMessage): void
  /** Adds a message that was delivered before. */
  requeue(entry: QueueEntry): void
  shift(): QueueEntry | undefined
  /** Removes a message that has expired. Like RabbitMQ, it only looks at the head of each priority. */
  shiftExpired(now: number): QueueEntry | undefined
  /** When the first of the heads expires; Infinity for never. */
  nextExpiry(): number
  clear(): void
  [Symbol.iterator](): Iterator<ReadyMessage>
}
