import type { Consumed } from './consumed.ts'
import type { NextDelivery } from './delivery-buffer.ts'
import type { Delivery } from './delivery.ts'
import { RecoveringConsumer } from './recovering-consumer.ts'

/**
 * A consumer as a stream of deliveries.
 *
 * It survives a lost connection, and the consumer timeout of the broker. It ends when it is
 * cancelled, by `limit` or by `signal`; it fails with CONSUMER_CANCELLED when its queue is deleted,
 * and with the error that ends the session. Several loops may share one subscription: each delivery
 * goes to one of them.
 *
 * @example
 * for await (const delivery of await queue.consume({ prefetch: 10 })) {
 *   await work(delivery.body)
 *   delivery.ack()
 * }
 */
export class Subscription implements AsyncIterable<Delivery>, AsyncDisposable {
  readonly #consumer: RecoveringConsumer

  private constructor(consumer: RecoveringConsumer) {
    this.#consumer = consumer
  }

  /** @internal Use `queue.consume`. */
  static async open(consumed: Consumed): Promise<Subscription> {
    return new Subscription(await RecoveringConsumer.open(consumed))
  }

  /** The next delivery; `done` when the subscription has ended. Rejects with what made it fail. */
  next(): Promise<NextDelivery> {
    return this.#consumer.next()
  }

  /** The loop of `for await`; leaving it early cancels the subscription and saves its offset. */
  [Symbol.asyncIterator](): AsyncIterator<Delivery, undefined> {
    return {
      next: () => this.next(),
      return: async () => {
        await this.#consumer.stop()
        await this.#consumer.flush()
        return { value: undefined, done: true }
      },
    }
  }

  /**
   * Gives each delivery to `handle`, which must never reject.
   *
   * @internal Use `queue.consume` with a handler.
   */
  handleWith(handle: (delivery: Delivery) => Promise<void>, concurrency: number): void {
    this.#consumer.handlers.start(() => this.next(), handle, concurrency)
  }

  /**
   * Ends it with `error`; work in progress is finished.
   *
   * @internal A stream whose handler failed.
   */
  fail(error: unknown): void {
    this.#consumer.fail(error)
  }

  /**
   * For a subscription with a handler: resolves when it has ended and the handler is done. Rejects
   * with what made it fail, such as CONSUMER_CANCELLED.
   */
  finished(): Promise<void> {
    return this.#consumer.handlers.finished()
  }

  /**
   * The same, for whatever reason it has ended.
   *
   * @internal What a handler uses is closed then.
   */
  ended(): Promise<void> {
    return this.#consumer.handlers.ended()
  }

  /** Takes no more messages; resolves when the handler is done with those that it has. */
  async cancel(): Promise<void> {
    await this.#consumer.stop()
    await this.#consumer.handlers.ended()
    await this.#consumer.flush()
  }

  /** Cancels, and requeues what is not settled. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel()
    await this.#consumer.closeChannel()
  }
}
