import type { Message } from '../../message/message.ts'

/** A message in one queue, with what only this queue knows about it. */
export class QueueEntry {
  readonly message: Message
  /** When it expires; Infinity for never. */
  readonly expiresAt: number
  /** Its place among all messages delivered so far; a smaller one is nearer to the head. -1 before. */
  position = -1
  redelivered = false
  /** How often it was requeued (quorum queues): x-acquired-count. */
  acquired = 0
  /** How often a consumer failed to process it: x-delivery-count. */
  failures: number

  constructor(message: Message, expiresAt = Infinity) {
    this.message = message
    this.expiresAt = expiresAt
    this.failures = message.failures
  }

  /** The same message at the same position. An ack for this entry does not affect the copy. */
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
 * A message that is ready for delivery. Until the queue has to remember something about it, this is
 * the message itself, which all queues that got a copy share: an entry takes ten times the memory of
 * a place in the queue.
 */
export type ReadyMessage = Message | QueueEntry

export function entryOf(ready: ReadyMessage): QueueEntry {
  return ready instanceof QueueEntry ? ready : new QueueEntry(ready)
}

export function messageIn(ready: ReadyMessage): Message {
  return ready instanceof QueueEntry ? ready.message : ready
}

/** When it expires; Infinity for never, and if there is no message. */
export function expiryOf(ready: ReadyMessage | undefined): number {
  return ready instanceof QueueEntry ? ready.expiresAt : Infinity
}
