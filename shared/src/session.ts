import { Connection } from './connection/connection.ts'
import type { SessionOptions } from './connection/session-options.ts'
import type { Subscription } from './consuming/subscription.ts'
import type { MessagingError } from './errors/messaging-error.ts'
import { Publisher } from './publishing/publisher.ts'
import { RpcClient, type RpcClientOptions } from './rpc/rpc-client.ts'
import { serve, type RequestHandler, type RpcServerOptions } from './rpc/rpc-server.ts'
import type { StreamOptions } from './streams/stream-options.ts'
import type { SessionParts } from './topology/destination.ts'
import { Exchange, type ExchangeKind, type ExchangeOptions } from './topology/exchange.ts'
import { Queue, type QueueOptions } from './topology/queue.ts'
import { Stream } from './topology/stream.ts'

/**
 * One connection to a broker, and everything that is done over it.
 *
 * When the connection is lost the session reopens it, on the next broker of the list if there are
 * several. It declares its queues, exchanges and bindings again, resumes its consumers, and publishes
 * again what was not confirmed. Meanwhile operations wait.
 *
 * @example
 * await using session = await Session.open({ url: 'amqp://localhost' })
 * const queue = await session.queue('hello')
 * await queue.send('Hello World!')
 */
export class Session implements AsyncDisposable {
  readonly #parts: SessionParts & { readonly publisher: Publisher }

  private constructor(parts: SessionParts & { readonly publisher: Publisher }) {
    this.#parts = parts
  }

  /**
   * Connects to a broker. End the session with `await using` or {@link close}.
   *
   * Rejects with CONNECT_FAILED, LOGIN_REFUSED, VHOST_REFUSED, HANDSHAKE_FAILED, CERTIFICATE_REFUSED
   * or BROKER_TOO_OLD if no broker of the list can be used, and with INVALID_URL.
   */
  static async open(options: SessionOptions = {}): Promise<Session> {
    const connection = new Connection(options)
    const publisher = new Publisher(connection, options.confirmTimeout ?? 30_000)
    await connection.open()
    await connection.add(publisher)
    return new Session({ connection, publisher })
  }

  /**
   * Declares a queue: by default a durable quorum queue. Without a name it is exclusive to this
   * session, the broker chooses its name, and it is deleted with the connection.
   *
   * Rejects with PRECONDITION_FAILED if it already exists with different options, LOCKED if it is
   * exclusive to another connection, ACCESS_REFUSED, FEATURE_REFUSED, or NO_QUORUM.
   */
  queue(name = '', options: QueueOptions = {}): Promise<Queue> {
    return Queue.declare(this.#parts, name, options)
  }

  /**
   * Declares a stream: a durable log that consumers read without removing messages. It needs RabbitMQ
   * 3.9 or later.
   *
   * Rejects with PRECONDITION_FAILED if it already exists with different options, or as a queue, or with
   * ACCESS_REFUSED.
   */
  stream(name: string, options: StreamOptions = {}): Promise<Stream> {
    return Stream.declare(this.#parts, name, options)
  }

  /**
   * Declares an exchange: by default a durable one. The name '' stands for the default exchange,
   * which routes a message to the queue whose name is the routing key.
   *
   * Rejects with PRECONDITION_FAILED if it already exists with another kind or different options, or
   * with ACCESS_REFUSED.
   */
  exchange(name: string, kind: ExchangeKind, options: ExchangeOptions = {}): Promise<Exchange> {
    return Exchange.declare(this.#parts, name, { kind, ...options })
  }

  /**
   * A client for the servers of a queue. It does not declare the queue: its servers do.
   *
   * @example
   * const client = await session.rpcClient('rpc_queue', { timeout: 5000 })
   * console.log((await client.call('30')).text())
   */
  rpcClient(queue: string, options: RpcClientOptions = {}): Promise<RpcClient> {
    return RpcClient.open(this.#parts, queue, options)
  }

  /**
   * Answers the requests in a queue. A request is acknowledged after its reply was sent, so one whose
   * server dies is answered by another server, perhaps twice.
   *
   * @example
   * const queue = await session.queue('rpc_queue')
   * const server = await session.rpcServer(queue, (request) => fibonacci(request.text()))
   * await server.finished()
   */
  rpcServer(
    queue: Queue,
    handler: RequestHandler,
    options: RpcServerOptions = {},
  ): Promise<Subscription> {
    return serve(this.#parts, { queue, handler }, options)
  }

  /**
   * Resolves when the session has ended: with the error that ended it, or undefined after close. If
   * nobody asks for this, subscriptions that end with the session print a warning.
   */
  get closed(): Promise<MessagingError | undefined> {
    const { connection } = this.#parts
    connection.isEndAwaited = true
    return connection.ended
  }

  /**
   * Shuts down gracefully: stops consuming, waits for handlers and confirms, then closes the
   * connection. Each step waits for the broker for at most `closeTimeout`; handlers have all the time they
   * need.
   */
  async close(): Promise<void> {
    const { connection, publisher } = this.#parts
    await connection.close(() => publisher.allConfirmed())
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
