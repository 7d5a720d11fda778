import { Connection } from './connection.ts'
import type { Delivery } from './delivery.ts'
import type { Link } from './destination.ts'
import type { MessagingError } from './errors.ts'
import { Exchange, type ExchangeKind, type ExchangeOptions } from './exchange.ts'
import { Publisher } from './publisher.ts'
import { Queue, type QueueOptions } from './queue.ts'
import type { SessionOptions } from './session-options.ts'

/**
 * One connection to a broker. It comes back by itself when it is lost, with all that was declared
 * on it and all who consume from it.
 */
export class Session implements AsyncDisposable {
  readonly #link: Link

  private constructor(link: Link) {
    this.#link = link
  }

  /** Connects; rejects within seconds, with a reason and a remedy, when that cannot be. */
  static async open(options: SessionOptions = {}): Promise<Session> {
    const connection = new Connection(options)
    const publisher = new Publisher(connection, options.confirmTimeout ?? 30_000)
    await connection.open()
    await connection.add(publisher)
    return new Session({ connection, publisher })
  }

  /**
   * Declares a queue: a durable quorum queue, unless the options say otherwise. Without a name it
   * is exclusive to this session, and the broker names it.
   */
  queue(name = '', options: QueueOptions = {}): Promise<Queue> {
    return Queue.declare(this.#link, name, options)
  }

  /**
   * Declares an exchange: a durable one, unless the options say otherwise. The name '' stands for
   * the default exchange, which routes a message to the queue that its routing key names.
   */
  exchange(name: string, kind: ExchangeKind, options: ExchangeOptions = {}): Promise<Exchange> {
    return Exchange.declare(this.#link, name, { kind, ...options })
  }

  /**
   * Hears the replies to this session's requests; resolves with the address that a request carries
   * as its `replyTo`. It is RabbitMQ's Direct Reply-to: no queue keeps a reply, so that one is lost
   * when the connection is. A session has one handler of replies.
   */
  replies(handler: (reply: Delivery) => void): Promise<string> {
    return this.#link.publisher.replies(handler)
  }

  /** Resolves when the session has ended: with the error if one ended it. Never rejects. */
  get closed(): Promise<MessagingError | undefined> {
    return this.#link.connection.ended
  }

  /** Takes no more messages, waits for handlers and confirms, then closes. Idempotent. */
  async close(): Promise<void> {
    const { connection, publisher } = this.#link
    await connection.close(() => publisher.settled())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
