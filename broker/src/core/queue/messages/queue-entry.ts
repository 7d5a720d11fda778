import type { Message } from '../../message/message.ts'

/** A message in one queue: what the queue alone knows of it. */
export class QueueEntry {
  readonly message: Message
  /** When it is to expire; Infinity for never. */
  readonly expiresAt: number
  /** Its place among all that were taken so far: smaller is nearer to the head. Before that -1. */
  position = -1
  /** It went to a consumer before, and came back. */
  redelivered = false
  /** How often it came back (quorum queues). */
  acquired = 0
  /** How often its handling failed. */
  failures: number

  constructor(message: Message, expiresAt = Infinity) {
    this.message = message
    this.expiresAt = expiresAt
    this.failures = message.failures
  }

  /** The same place in the queue for another consumer: this entry can no longer be settled. */
  copy(): QueueEntry {
    const copy = new QueueEntry(this.message, this.expiresAt)
    copy.position = this.position
    copy.redelivered = this.redelivered
    copy.acquired = this.acquired
    copy.failures = this.failures
    return copy
  }
}

/**
 * A message that waits in a queue. Until the queue has to remember something about it, it is the
 * message itself, shared with all queues that it was copied to: an entry takes ten times the memory
 * of a place in the queue.
 */
export type Waiting = Message | QueueEntry

export function entryOf(waiting: Waiting): QueueEntry {
  return waiting instanceof QueueEntry ? waiting : new QueueEntry(waiting)
}

export function messageOf(waiting: Waiting): Message {
  return waiting instanceof QueueEntry ? waiting.message : waiting
}

/** When it expires; Infinity for never, and for nothing. */
export function expiryOf(waiting: Waiting | undefined): number {
  return waiting instanceof QueueEntry ? waiting.expiresAt : Infinity
}
