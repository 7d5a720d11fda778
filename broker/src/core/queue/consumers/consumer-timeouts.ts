import type { Clock } from '../../../time/clock.ts'
import { Deadline } from '../../../time/deadline.ts'
import type { QueueEntry } from '../messages/queue-entry.ts'
import type { Recipient } from './consumer.ts'

interface UnackedEntry {
  readonly recipient: Recipient
  /** When it times out. */
  readonly dueAt: number
}

/** Messages that have timed out, and the recipients that did not acknowledge them. */
export interface TimedOut {
  readonly entries: readonly QueueEntry[]
  readonly recipients: ReadonlySet<Recipient>
}

/** The unacked messages of a quorum queue, and when they time out. */
export class ConsumerTimeouts {
  readonly #clock: Clock
  readonly #deadline: Deadline
  readonly #unacked = new Map<QueueEntry, UnackedEntry>()
  /** Messages that have timed out and are still not acknowledged. */
  readonly #timedOut = new Map<Recipient, Set<QueueEntry>>()

  /** Calls `onTimeout` when messages have timed out; then call `take`. */
  constructor(clock: Clock, onTimeout: () => void) {
    this.#clock = clock
    this.#deadline = new Deadline(clock, onTimeout)
  }

  /** `timeout` in milliseconds. */
  add(entry: QueueEntry, recipient: Recipient, timeout: number): void {
    const dueAt = this.#clock.now() + timeout
    this.#unacked.set(entry, { recipient, dueAt })
    this.#deadline.watch(dueAt)
  }

  /** Returns false if the message has timed out: the acknowledgement is too late. */
  remove(entry: QueueEntry): boolean {
    if (this.#unacked.delete(entry)) return true
    this.#removeTimedOut(entry)
    return false
  }

  /** Removes and returns the messages that have timed out. */
  take(): TimedOut {
    const now = this.#clock.now()
    const entries: QueueEntry[] = []
    const recipients = new Set<Recipient>()
    let next = Infinity
    for (const [entry, { recipient, dueAt }] of this.#unacked)
      if (dueAt > now) next = Math.min(next, dueAt)
      else {
        entries.push(entry)
        recipients.add(recipient)
        this.#unacked.delete(entry)
        const timedOut = this.#timedOut.get(recipient) ?? new Set()
        this.#timedOut.set(recipient, timedOut.add(entry))
      }
    this.#deadline.watch(next)
    return { entries, recipients }
  }

  stop(): void {
    this.#deadline.cancel()
  }

  /** After its last late acknowledgement, a recipient has recovered. */
  #removeTimedOut(entry: QueueEntry): void {
    for (const [recipient, entries] of this.#timedOut) {
      if (!entries.delete(entry) || entries.size > 0) continue
      this.#timedOut.delete(recipient)
      recipient.recovered()
    }
  }
}
