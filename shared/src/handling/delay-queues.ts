import type { Delivery } from '../consuming/delivery.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import type { Headers } from '../messages/headers.ts'

/** A queue that failed messages are moved to. */
export interface RetryQueue {
  forward(delivery: Delivery, headers: Headers): Promise<void>
  redeclare(): Promise<void>
}

/** Declares one. */
export type DeclareQueue = (
  name: string,
  options: { readonly arguments: Headers },
) => Promise<RetryQueue>

/** Milliseconds that a delay queue outlives the last message that it can hold. */
const idleTime = 600_000

/** The broker counts a declaration as use of a queue, and a publish not, so it is repeated. */
const redeclareAfter = 60_000

/**
 * The queue in which a failed message of `workQueue` waits `delay` milliseconds for its next attempt:
 * its name, and the options that it is declared with.
 */
export function delayQueue(workQueue: string, delay: number) {
  const options = {
    arguments: {
      'x-message-ttl': delay,
      'x-expires': delay + idleTime,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': workQueue,
      // The broker drops the message here only when the work queue has confirmed it.
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
  } as const
  return { name: `${workQueue}.retry.${delay}`, options }
}

/**
 * The queues in which messages wait before they are tried again: one for each delay, because within
 * a queue a message cannot overtake one that waits longer. Nobody consumes from them: when the time
 * is up the broker dead-letters the message back to its work queue. They expire when they are idle.
 */
export class DelayQueues {
  readonly #workQueue: string
  readonly #declare: DeclareQueue
  readonly #queues = new Map<number, Promise<RetryQueue>>()
  readonly #declaredAt = new Map<number, number>()

  constructor(workQueue: string, declare: DeclareQueue) {
    this.#workQueue = workQueue
    this.#declare = declare
  }

  /** Resolves when the broker has confirmed the message in its delay queue. */
  async put(delivery: Delivery, headers: Headers, delay: number): Promise<void> {
    const queue = await this.#queue(delay)
    try {
      await queue.forward(delivery, headers)
    } catch (error) {
      if (!(error instanceof MessagingError) || error.code !== 'UNROUTABLE') throw error
      // It was deleted by another program.
      await queue.redeclare()
      await queue.forward(delivery, headers)
    }
  }

  async #queue(delay: number): Promise<RetryQueue> {
    const known = this.#queues.get(delay)
    const declaredAt = this.#declaredAt.get(delay) ?? 0
    if (known !== undefined && performance.now() - declaredAt < redeclareAfter) return known
    this.#declaredAt.set(delay, performance.now())
    const queue = known === undefined ? this.#declareNew(delay) : this.#redeclare(known)
    this.#queues.set(delay, queue)
    // A failure is not kept: the next message tries it again.
    queue.catch(() => this.#queues.delete(delay))
    return queue
  }

  async #redeclare(known: Promise<RetryQueue>): Promise<RetryQueue> {
    const queue = await known
    await queue.redeclare()
    return queue
  }

  #declareNew(delay: number): Promise<RetryQueue> {
    const { name, options } = delayQueue(this.#workQueue, delay)
    return this.#declare(name, options)
  }
}
