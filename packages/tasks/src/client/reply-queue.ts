import { randomUUID } from 'node:crypto'

import {
  MessagingError,
  type Delivery,
  type Queue,
  type Session,
  type Subscription,
} from '@messaging-patterns/shared'

import { decodeResult, isFinal } from '../protocol/result-message.ts'
import type { TaskResult } from './task-result.ts'

/** How a client gets its results. */
export interface ReplyQueueOptions {
  /** Milliseconds after which the queue of a client that is gone is deleted. */
  readonly expireAfter: number
  /** Called when the queue is lost, and another one is needed. */
  readonly lost: () => void
}

/** A result that the garbage collector may free. */
interface Registered {
  readonly id: string
  readonly reference: WeakRef<TaskResult<unknown>>
}

/** The queue of a client for the results of its calls. It survives a lost connection. */
export class ReplyQueue implements AsyncDisposable {
  readonly #queue: Queue
  #subscription: Subscription | undefined
  /** Whether the session has ended, so that nothing can be deleted. */
  #ended = false
  /** Results that are not final yet, as long as the program still refers to them. */
  readonly #pending = new Map<string, WeakRef<TaskResult<unknown>>>()
  readonly #forgotten = new FinalizationRegistry<Registered>(({ id, reference }) => {
    // A later call may have the same id.
    if (this.#pending.get(id) === reference) this.#pending.delete(id)
  })

  private constructor(queue: Queue) {
    this.#queue = queue
  }

  static async open(
    session: Session,
    { expireAfter, lost }: ReplyQueueOptions,
  ): Promise<ReplyQueue> {
    // Unlike Celery's, it is not deleted with its consumer: it keeps results that arrive while we reconnect,
    // unless the broker restarts. It is durable all the same: RabbitMQ 4.3 refuses a queue that is neither
    // durable nor exclusive, and an exclusive one would be gone with its connection.
    const queue = await session.queue(randomUUID(), {
      type: 'classic',
      arguments: { 'x-expires': expireAfter },
    })
    const replies = new ReplyQueue(queue)
    // Unlike Celery, we acknowledge results: one that was in flight when the connection broke is redelivered.
    const subscription = await queue.consume((delivery) => replies.#received(delivery), {
      prefetch: 0,
    })
    replies.#subscription = subscription
    subscription.finished().catch((error: unknown) => {
      lost()
      queue.forget()
      replies.#loseAll(error instanceof Error ? error : new Error(String(error)))
    })
    void session.closed.then((error) => {
      replies.#ended = true
      replies.#loseAll(error ?? closed('the session was closed'))
    })
    return replies
  }

  get name(): string {
    return this.#queue.name
  }

  /** Passes what workers report about the task to its result. */
  expect(result: TaskResult<unknown>): void {
    const { id } = result
    const reference = new WeakRef(result)
    this.#pending.set(id, reference)
    this.#forgotten.register(result, { id, reference })
  }

  #received(delivery: Delivery): void {
    const update = decodeResult(delivery.json())
    const result = update === undefined ? undefined : this.#pending.get(update.taskId)?.deref()
    if (update === undefined || result === undefined) return
    if (isFinal(update.state)) this.#pending.delete(update.taskId)
    result.update(update)
  }

  /** No further result can arrive, so a program that waits for one gets an error now, not at its timeout. */
  #loseAll(reason: Error): void {
    for (const result of this.#pending.values()) result.deref()?.lose(reason)
    this.#pending.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#subscription?.cancel()
    this.#loseAll(closed('the client was closed'))
    if (!this.#ended) await this.#queue.delete()
  }
}

function closed(how: string): MessagingError {
  return new MessagingError('CLOSED', `${how} before the result came`)
}
