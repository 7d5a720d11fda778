import type { Consumer } from '../core/queue/consumers/consumer.ts'
import type { QueueEntry } from '../core/queue/messages/queue-entry.ts'
import type { Queue } from '../core/queue/queue.ts'
import type { FieldTable } from '../protocol/field-value.ts'

export interface SubscriptionSpec {
  readonly tag: string
  readonly queue: Queue
  readonly noAck: boolean
  readonly exclusive: boolean
  readonly arguments: FieldTable
  /** How many unsettled messages it may have; 0 for any number. */
  readonly prefetch: number
}

/** What a subscription needs of its channel. */
export interface SubscriptionHost {
  /** False while the client does not keep up, or the channel is closing. */
  readonly writable: boolean
  deliver(subscription: Subscription, entry: QueueEntry): void
  subscriptionCancelled(subscription: Subscription): void
  subscriptionTimedOut(subscription: Subscription): void
}

/** A consumer of a channel: basic.consume made it. */
export class Subscription implements Consumer {
  readonly tag: string
  readonly queue: Queue
  readonly noAck: boolean
  readonly exclusive: boolean
  readonly arguments: FieldTable
  readonly #prefetch: number
  readonly #host: SubscriptionHost
  #unsettled = 0
  #stalled = false

  constructor(spec: SubscriptionSpec, host: SubscriptionHost) {
    this.tag = spec.tag
    this.queue = spec.queue
    this.noAck = spec.noAck
    this.exclusive = spec.exclusive
    this.arguments = spec.arguments
    this.#prefetch = spec.noAck ? 0 : spec.prefetch
    this.#host = host
  }

  get unsettled(): number {
    return this.#unsettled
  }

  canTake(): boolean {
    if (this.#stalled || !this.#host.writable) return false
    return this.#prefetch === 0 || this.#unsettled < this.#prefetch
  }

  deliver(entry: QueueEntry): void {
    if (!this.noAck) this.#unsettled += 1
    this.#host.deliver(this, entry)
  }

  /** One of its deliveries was settled; its queue is to be told with `Queue.resume`. */
  settled(): void {
    this.#unsettled -= 1
  }

  cancelled(): void {
    this.#host.subscriptionCancelled(this)
  }

  timedOut(): void {
    this.#stalled = true
    this.#host.subscriptionTimedOut(this)
  }

  recovered(): void {
    this.#stalled = false
    this.queue.resume(this)
  }
}
