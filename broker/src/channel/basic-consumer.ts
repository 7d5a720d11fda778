import type { Consumer } from '../core/queue/consumers/consumer.ts'
import type { QueueEntry } from '../core/queue/messages/queue-entry.ts'
import type { Queue } from '../core/queue/queue.ts'
import type { FieldTable } from '../protocol/field-value.ts'

export interface BasicConsumerSpec {
  readonly tag: string
  readonly queue: Queue
  readonly noAck: boolean
  readonly exclusive: boolean
  readonly arguments: FieldTable
  /** How many unacked messages it may have; 0 for any number. */
  readonly prefetch: number
}

/** What a consumer needs from its channel. */
export interface ConsumerChannel {
  readonly connection: number | undefined
  /** False if the client does not read fast enough, or the channel is closing. */
  readonly writable: boolean
  deliver(consumer: BasicConsumer, entry: QueueEntry): void
  consumerCanceled(consumer: BasicConsumer): void
  consumerTimedOut(consumer: BasicConsumer): void
}

/** A consumer that a client started with basic.consume. */
export class BasicConsumer implements Consumer {
  readonly tag: string
  readonly queue: Queue
  readonly noAck: boolean
  readonly exclusive: boolean
  readonly arguments: FieldTable
  /** How many unacked messages it may have; 0 for any number. */
  readonly prefetch: number
  readonly #channel: ConsumerChannel
  #unackedCount = 0
  #hasTimedOut = false

  constructor(spec: BasicConsumerSpec, channel: ConsumerChannel) {
    this.tag = spec.tag
    this.queue = spec.queue
    this.noAck = spec.noAck
    this.exclusive = spec.exclusive
    this.arguments = spec.arguments
    this.prefetch = spec.prefetch
    this.#channel = channel
  }

  get connection(): number | undefined {
    return this.#channel.connection
  }

  get unackedCount(): number {
    return this.#unackedCount
  }

  hasCapacity(): boolean {
    if (this.#hasTimedOut || !this.#channel.writable) return false
    return this.prefetch === 0 || this.#unackedCount < this.prefetch
  }

  deliver(entry: QueueEntry): void {
    if (!this.noAck) this.#unackedCount += 1
    this.#channel.deliver(this, entry)
  }

  /** The client has acknowledged a message. The caller also calls `Queue.resume`. */
  acknowledged(): void {
    this.#unackedCount -= 1
  }

  canceled(): void {
    this.#channel.consumerCanceled(this)
  }

  timedOut(): void {
    this.#hasTimedOut = true
    this.#channel.consumerTimedOut(this)
  }

  recovered(): void {
    this.#hasTimedOut = false
    this.queue.resume(this)
  }
}
