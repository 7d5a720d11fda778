import type { Clock } from '../../../time/clock.ts'
import { Deadline } from '../../../time/deadline.ts'
import type { MemoryGauge } from '../../message/memory-gauge.ts'
import type { Message } from '../../message/message.ts'
import { expiryOf, messageIn, type QueueEntry, type ReadyMessage } from './queue-entry.ts'
import type { ReadyMessages } from './ready-messages.ts'

/** What a backlog needs from its queue. */
export interface BacklogOwner {
  /** How many bytes a message counts. */
  sizeOf(message: Message): number
  /** Is called when a message may have expired. */
  deliverReady(): void
}

/** The ready messages of a queue, with their size and the time when the next one expires. */
export class Backlog {
  /** The number of messages. Only the methods below change it. */
  length = 0
  /** Their size. */
  bytes = 0
  readonly #messages: ReadyMessages
  readonly #queue: BacklogOwner
  readonly #clock: Clock
  /** Undefined until a message with a TTL is added: most queues never have one. */
  #expiry: Deadline | undefined

  constructor(messages: ReadyMessages, queue: BacklogOwner, clock: Clock) {
    this.#messages = messages
    this.#queue = queue
    this.#clock = clock
  }

  push(ready: ReadyMessage): void {
    if (expiryOf(ready) !== Infinity) this.#createDeadline()
    this.#messages.push(ready)
    this.length += 1
    this.bytes += this.#queue.sizeOf(messageIn(ready))
  }

  /** Adds a message that was delivered before. */
  requeue(entry: QueueEntry): void {
    if (entry.expiresAt !== Infinity) this.#createDeadline()
    this.#messages.requeue(entry)
    this.length += 1
    this.bytes += this.#queue.sizeOf(entry.message)
  }

  shift(): QueueEntry | undefined {
    return this.#subtract(this.#messages.shift())
  }

  /** Removes a message that has expired; undefined if there is none at the head. */
  shiftExpired(): QueueEntry | undefined {
    if (this.#expiry === undefined || this.#messages.nextExpiry() === Infinity) return undefined
    return this.#subtract(this.#messages.shiftExpired(this.#clock.now()))
  }

  /** Makes sure that the queue is called when the next message expires. */
  watchExpiry(): void {
    this.#expiry?.watch(this.#messages.nextExpiry())
  }

  /** Removes all messages, and returns how many there were. */
  clear(memory: MemoryGauge): number {
    const count = this.length
    this.length = 0
    this.bytes = 0
    for (const ready of this.#messages) memory.release(messageIn(ready))
    this.#messages.clear()
    return count
  }

  stop(): void {
    this.#expiry?.cancel()
  }

  #createDeadline(): void {
    this.#expiry ??= new Deadline(this.#clock, () => this.#queue.deliverReady())
  }

  #subtract(entry: QueueEntry | undefined): QueueEntry | undefined {
    if (entry === undefined) return undefined
    this.length -= 1
    this.bytes -= this.#queue.sizeOf(entry.message)
    return entry
  }
}
