import type { Message } from '../message.ts'

/** A message in one queue: what the queue alone knows of it. */
export class QueueEntry {
  readonly message: Message
  /** Where it stands in the queue: smaller is nearer to the head. */
  readonly position: number
  /** When it is to expire; Infinity for never. */
  readonly expiresAt: number
  /** It went to a consumer before, and came back. */
  redelivered = false
  /** How often it came back (quorum queues). */
  acquired = 0
  /** How often its handling failed. */
  failures: number

  constructor(message: Message, position: number, expiresAt: number) {
    this.message = message
    this.position = position
    this.expiresAt = expiresAt
    this.failures = message.failures
  }

  /** The same place in the queue for somebody else: who holds this one can no longer settle it. */
  copy(): QueueEntry {
    const copy = new QueueEntry(this.message, this.position, this.expiresAt)
    copy.redelivered = this.redelivered
    copy.acquired = this.acquired
    copy.failures = this.failures
    return copy
  }
}
