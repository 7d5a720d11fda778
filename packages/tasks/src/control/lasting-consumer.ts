import { setTimeout as pause } from 'node:timers/promises'

import { MessagingError, type Queue, type Subscription } from '@messaging-patterns/shared'

/** Milliseconds. */
const pauseBeforeDeclaring = 500

/** A queue and its consumer. */
export interface Consumed {
  readonly queue: Queue
  readonly subscription: Subscription
}

/** A consumer that declares its queue again if that is deleted, because nobody but it needs the queue. */
export class LastingConsumer implements AsyncDisposable {
  readonly #start: () => Promise<Consumed>
  #consumed: Consumed
  #isDisposed = false

  private constructor(start: () => Promise<Consumed>, consumed: Consumed) {
    this.#start = start
    this.#consumed = consumed
  }

  /** Each call of `start` declares the queue and what it needs, and consumes it. */
  static async start(start: () => Promise<Consumed>): Promise<LastingConsumer> {
    const consumer = new LastingConsumer(start, await start())
    void consumer.#watch()
    return consumer
  }

  get queue(): Queue {
    return this.#consumed.queue
  }

  /** Never rejects. */
  async #watch(): Promise<void> {
    while (!this.#isDisposed) {
      const { queue, subscription } = this.#consumed
      try {
        await subscription.finished()
        return
      } catch (error) {
        if (!isError(error, 'CONSUMER_CANCELLED')) {
          this.#log(error)
          return
        }
        queue.forget()
      }
      await this.#startAgain()
    }
  }

  async #startAgain(): Promise<void> {
    while (!this.#isDisposed)
      try {
        this.#consumed = await this.#start()
        if (this.#isDisposed) await this.#cancel()
        return
      } catch (error) {
        if (!isError(error, 'NOT_FOUND')) {
          this.#log(error)
          this.#isDisposed = true
        }
        // Its exchange was deleted meanwhile: `pnpm reset` deletes one after the other.
        else await pause(pauseBeforeDeclaring, undefined, { ref: false })
      }
  }

  #log(error: unknown): void {
    // The session reports its own end.
    if (isError(error, 'CLOSED') || isError(error, 'CONNECTION_LOST')) return
    const text = error instanceof MessagingError ? error.message : String(error)
    process.stderr.write(`the queue "${this.queue.name}" was interrupted: ${text}\n`)
  }

  async #cancel(): Promise<void> {
    const { queue, subscription } = this.#consumed
    queue.forget()
    await subscription[Symbol.asyncDispose]()
  }

  /** The queue is deleted with its consumer. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    await this.#cancel()
  }
}

function isError(error: unknown, code: MessagingError['code']): boolean {
  return error instanceof MessagingError && error.code === code
}
