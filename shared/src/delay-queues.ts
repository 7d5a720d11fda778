import type { Delivery } from './delivery.ts'
import { MessagingError } from './errors.ts'
import type { Headers } from './headers.ts'
import type { QueueOptions } from './queue.ts'

/** What is needed of a queue to put messages into it. */
export interface Target {
  forward(delivery: Delivery, headers: Headers): Promise<void>
  redeclare(): Promise<void>
}

/** Milliseconds that a delay queue outlives the last message that it can hold. */
const idle = 600_000

/** The broker counts a declaration as use, and a message as none, so it is said again and again. */
const sayAgainAfter = 60_000

/**
 * The queues in which messages wait before they are tried again: one for each delay, for within a
 * queue a message cannot overtake one that waits longer. Nobody consumes from them: when the time
 * is up the broker dead-letters the message back to its work queue. An idle one goes by itself.
 */
export class DelayQueues {
  readonly #workQueue: string
  readonly #declare: (name: string, options: QueueOptions) => Promise<Target>
  readonly #queues = new Map<number, Promise<Target>>()
  readonly #saidAt = new Map<number, number>()

  constructor(
    workQueue: string,
    declare: (name: string, options: QueueOptions) => Promise<Target>,
  ) {
    this.#workQueue = workQueue
    this.#declare = declare
  }

  /** Resolves when the broker has confirmed that the message waits. */
  async put(delivery: Delivery, headers: Headers, delay: number): Promise<void> {
    const queue = await this.#queue(delay)
    try {
      await queue.forward(delivery, headers)
    } catch (error) {
      if (!(error instanceof MessagingError) || error.code !== 'UNROUTABLE') throw error
      // Somebody deleted it.
      await queue.redeclare()
      await queue.forward(delivery, headers)
    }
  }

  async #queue(delay: number): Promise<Target> {
    const known = this.#queues.get(delay)
    const said = this.#saidAt.get(delay) ?? 0
    if (known !== undefined && performance.now() - said < sayAgainAfter) return known
    this.#saidAt.set(delay, performance.now())
    const queue = known === undefined ? this.#new(delay) : this.#again(known)
    this.#queues.set(delay, queue)
    // What failed is not kept: the next message tries it again.
    queue.catch(() => this.#queues.delete(delay))
    return queue
  }

  async #again(known: Promise<Target>): Promise<Target> {
    const queue = await known
    await queue.redeclare()
    return queue
  }

  #new(delay: number): Promise<Target> {
    return this.#declare(`${this.#workQueue}.retry.${delay}`, {
      arguments: {
        'x-message-ttl': delay,
        'x-expires': delay + idle,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': this.#workQueue,
        // The broker forgets the message here when the work queue has confirmed it, not before.
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    })
  }
}
