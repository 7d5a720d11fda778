import { setTimeout as pause } from 'node:timers/promises'

import { MessagingError, type Delivery, type Subscription } from '@messaging-patterns/shared'

import type { Sender } from './sender.ts'

/** Milliseconds. */
const pauseBeforeDeclaring = 500

/** What a worker does with what it consumes. */
export interface ConsumersOptions {
  readonly sender: Sender
  /** How many unsettled messages it may have of each queue. */
  readonly prefetch: () => number
  readonly received: (delivery: Delivery, queue: string) => void
  /** The broker has ended a consumer, or refuses another one. */
  readonly failed: (error: unknown, queue: string) => void
}

/** The queues that a worker consumes. */
export class Consumers {
  readonly #options: ConsumersOptions
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #loops = new Set<Promise<void>>()
  #cancelled = false

  constructor(options: ConsumersOptions) {
    this.#options = options
  }

  get queues(): readonly string[] {
    return [...this.#subscriptions.keys()]
  }

  async add(name: string): Promise<void> {
    if (this.#subscriptions.has(name) || this.#cancelled) return
    const { sender, prefetch } = this.#options
    const queue = await sender.queue(name)
    await sender.prepareDelays(name)
    const subscription = await queue.consume({ prefetch: prefetch() })
    // While it was started, the queue may have been added by someone else, or the worker stopped.
    if (this.#subscriptions.has(name) || this.#cancelled) {
      await subscription.cancel()
      return
    }
    this.#subscriptions.set(name, subscription)
    const loop = this.#consume(subscription, name)
    this.#loops.add(loop)
    void loop.finally(() => this.#loops.delete(loop))
  }

  async remove(name: string): Promise<void> {
    const subscription = this.#subscriptions.get(name)
    this.#subscriptions.delete(name)
    await subscription?.cancel()
  }

  /** Consumes with the current prefetch: the broker has no way to change that of a consumer. */
  async renew(): Promise<void> {
    for (const name of this.queues) {
      await this.remove(name)
      await this.add(name)
    }
  }

  async #consume(subscription: Subscription, name: string): Promise<void> {
    try {
      for await (const delivery of subscription) this.#options.received(delivery, name)
    } catch (error) {
      this.#subscriptions.delete(name)
      this.#options.failed(error, name)
      if (wasDeleted(error)) await this.#declareAgain(name)
    }
  }

  /** Its queue was deleted. A worker without a queue would look alive and do nothing. */
  async #declareAgain(name: string): Promise<void> {
    while (!this.#cancelled)
      try {
        await this.#options.sender.forget(name)
        await this.add(name)
        return
      } catch (error) {
        if (!wasDeleted(error)) {
          this.#options.failed(error, name)
          return
        }
        // Something else that it needs was deleted meanwhile: `pnpm reset` deletes one after the other.
        await pause(pauseBeforeDeclaring)
      }
  }

  /** Stops consuming. */
  async cancel(): Promise<void> {
    this.#cancelled = true
    await Promise.all(this.queues.map((name) => this.remove(name)))
    await Promise.all(this.#loops)
  }
}

/**
 * Whether a queue or an exchange is gone. RabbitMQ may also fail while it is deleting what a program asks
 * for, and close the connection with 541.
 */
function wasDeleted(error: unknown): boolean {
  return (
    error instanceof MessagingError &&
    ['CONSUMER_CANCELLED', 'NOT_FOUND', 'FEATURE_REFUSED'].includes(error.code)
  )
}
