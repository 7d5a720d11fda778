import { setTimeout as pause } from 'node:timers/promises'

import { MessagingError, type Exchange, type Queue, type Session } from '@messaging-patterns/shared'

import { encodeBody, encodeProperties, type Call } from '../protocol/task-message.ts'
import { DelayedDelivery, delayedKey, longestDelay } from './delayed-delivery.ts'

/** How a queue of tasks is declared: by default as Celery does. */
export interface TaskQueueOptions {
  /** Default: classic, as in Celery. */
  readonly type?: 'classic' | 'quorum'
  /** The highest priority of a classic queue; a quorum queue needs no setting. Default: none. */
  readonly maxPriority?: number
}

/**
 * If the client's queue does not exist, a result is published again after these delays, in milliseconds.
 * With rpc://, Celery 5.6 deletes and declares the queue of its results every second while it waits for one.
 */
const retryReplyAfter = [50, 500]

/** Options of queues, by name, for queues that need other options than the default ones. */
export type TaskQueues = Readonly<Record<string, TaskQueueOptions>>

/** How many milliseconds late a call may arrive, because the broker only waits whole seconds. */
const tolerance = 50

/** Publishes calls, which arrive immediately or after a delay. */
export class Sender {
  readonly #session: Session
  readonly #exchange: Exchange
  readonly #options: TaskQueues
  readonly #queues = new Map<string, Promise<Queue>>()
  readonly #delayed: DelayedDelivery

  private constructor(session: Session, exchange: Exchange, options: TaskQueues) {
    this.#session = session
    this.#exchange = exchange
    this.#options = options
    this.#delayed = new DelayedDelivery(session)
  }

  static async open(session: Session, options: TaskQueues): Promise<Sender> {
    // The default exchange: Celery uses it as well, with the name of the queue as routing key.
    return new Sender(session, await session.exchange('', 'direct'), options)
  }

  /** Declares a queue of tasks, once. */
  queue(name: string): Promise<Queue> {
    let queue = this.#queues.get(name)
    if (queue === undefined) {
      queue = this.#declare(name)
      this.#queues.set(name, queue)
      queue.catch(() => this.#queues.delete(name))
    }
    return queue
  }

  /** The queue was deleted, perhaps with those of the delays. They are declared again when needed. */
  async forget(name: string): Promise<void> {
    const queue = await this.queue(name)
    queue.forget()
    this.#queues.delete(name)
    this.#delayed.forget()
  }

  /** A queue that has no options here may already exist with those of a Python program. */
  async #declare(name: string): Promise<Queue> {
    const options = this.#options[name]
    const { type = 'classic', maxPriority } = options ?? {}
    const args = maxPriority === undefined ? {} : { 'x-max-priority': maxPriority }
    try {
      return await this.#session.queue(name, { type, arguments: args })
    } catch (error) {
      const differs = error instanceof MessagingError && error.code === 'PRECONDITION_FAILED'
      if (!differs || options !== undefined) throw error
      return this.#session.queue(name, { passive: true })
    }
  }

  /** Makes the queue reachable for delayed calls. */
  async prepareDelays(queue: string): Promise<void> {
    await this.#delayed.entryFor(await this.queue(queue))
  }

  /** Resolves when the broker has the call. */
  async send(call: Call, queueName: string): Promise<void> {
    const queue = await this.queue(queueName)
    const now = Date.now()
    // Whole seconds; the worker waits for the rest.
    const seconds =
      call.eta === undefined ? 0 : Math.floor((call.eta.getTime() - now + tolerance) / 1000)
    const body = encodeBody(call)
    const properties = encodeProperties(call, now)
    if (seconds < 1) {
      await this.#exchange.publish(queueName, body, { ...properties, mandatory: true })
      return
    }
    if (seconds > longestDelay)
      throw new MessagingError('PRECONDITION_FAILED', 'an eta can be eight years away at most')
    // An expiration would end the wait in the first queue. The worker looks at the header "expires".
    const { expiration: _, ...others } = properties
    const publish = async (): Promise<void> => {
      const entry = await this.#delayed.entryFor(queue)
      await entry.publish(delayedKey(seconds, queueName), body, { ...others, mandatory: true })
    }
    await publish().catch(async (error: unknown) => {
      if (!isDeleted(error)) throw error
      this.#delayed.forget()
      await publish()
    })
  }

  /**
   * Publishes a result. Resolves when the broker has it, or the client is gone. The broker keeps it in
   * memory only, as it does for Celery by default (`result_persistent`), so it does not survive a restart.
   */
  async reply(replyTo: string, body: object, correlationId: string): Promise<void> {
    const publish = (): Promise<void> =>
      this.#exchange.publish(replyTo, body, { correlationId, persistent: false, mandatory: true })
    try {
      await publish()
    } catch (error) {
      if (!isUnroutable(error)) throw error
      void publishLater(publish)
    }
  }
}

/** Whether an exchange or a queue of the delays was deleted, as `pnpm reset` does. */
function isDeleted(error: unknown): boolean {
  return isUnroutable(error) || (error instanceof MessagingError && error.code === 'NOT_FOUND')
}

function isUnroutable(error: unknown): boolean {
  return error instanceof MessagingError && error.code === 'UNROUTABLE'
}

/** Never rejects: a client that is gone for good does not miss its result. */
async function publishLater(publish: () => Promise<void>): Promise<void> {
  for (const delay of retryReplyAfter) {
    await pause(delay, undefined, { ref: false })
    const error: unknown = await publish().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!isUnroutable(error)) return
  }
}
