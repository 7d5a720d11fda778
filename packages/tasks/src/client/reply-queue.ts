import { randomUUID } from 'node:crypto'

import type { Delivery, Queue, Session, Subscription } from '@messaging-patterns/shared'

import { decodeResult, isFinal } from '../protocol/result-message.ts'
import type { TaskResult } from './task-result.ts'

/** Celery's default: an unused queue of results is deleted after a day. */
const resultsExpireAfter = 86_400_000

/** The queue of a client for the results of its calls. It survives a lost connection. */
export class ReplyQueue implements AsyncDisposable {
  readonly #queue: Queue
  #subscription: Subscription | undefined
  /** Results that are not final yet. */
  readonly #pending = new Map<string, TaskResult<unknown>>()

  private constructor(queue: Queue) {
    this.#queue = queue
  }

  static async open(session: Session): Promise<ReplyQueue> {
    // Not deleted with its consumer, as Celery's is: a result that arrives while we reconnect waits.
    const queue = await session.queue(randomUUID(), {
      type: 'classic',
      arguments: { 'x-expires': resultsExpireAfter },
    })
    const replies = new ReplyQueue(queue)
    replies.#subscription = await queue.consume((delivery) => replies.#received(delivery), {
      autoAck: true,
      prefetch: 0,
    })
    return replies
  }

  get name(): string {
    return this.#queue.name
  }

  /** Passes what workers report about the task to its result. */
  expect(result: TaskResult<unknown>): void {
    this.#pending.set(result.id, result)
  }

  #received(delivery: Delivery): void {
    const update = decodeResult(delivery.json())
    const result = update === undefined ? undefined : this.#pending.get(update.taskId)
    if (update === undefined || result === undefined) return
    if (isFinal(update.state)) this.#pending.delete(update.taskId)
    result.update(update)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#subscription?.cancel()
    await this.#queue.delete()
  }
}
