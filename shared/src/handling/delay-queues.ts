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

/**
 * The queue in which a failed message of `workQueue` waits `delay` milliseconds for its next attempt:
 * its name, and the options that it is declared with.
 */
export function delayQueue(workQueue: string, delay: number) {
  const options = {
    arguments: {
      'x-message-ttl': delay,
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
 * is up the broker dead-letters the message back to its work queue. They stay when they are empty:
 * a quorum queue with x-expires would be deleted while it is in use, with its messages.
 */
export class DelayQueues {
  readonly #workQueue: string
  readonly #declare: DeclareQueue
  readonly #queues = new Map<number, Promise<RetryQueue>>()

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

  #queue(delay: number): Promise<RetryQueue> {
    const known = this.#queues.get(delay)
    if (known !== undefined) return known
    const { name, options } = delayQueue(this.#workQueue, delay)
    const queue = this.#declare(name, options)
    this.#queues.set(delay, queue)
    // A failure is not kept: the next message tries it again.
    queue.catch(() => this.#queues.delete(delay))
    return queue
  }
}
