import { randomUUID } from 'node:crypto'

import { Delivery } from '../consuming/delivery.ts'
import { callListener } from '../errors/listeners.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import type { Body } from '../messages/body.ts'
import type { SessionParts } from '../topology/destination.ts'
import { pnpm } from '../errors/pnpm.ts'
import { Exchange } from '../topology/exchange.ts'
import { Queue } from '../topology/queue.ts'

/** The header of a reply whose body is not the result but the message of an error. */
export const errorHeader = 'x-error'

/** The options of {@link Session.rpcClient}. */
export interface RpcClientOptions {
  /** Milliseconds to wait for a reply before a call rejects with TIMEOUT. Default: 30,000. */
  readonly timeout?: number
  /**
   * Receives replies from a queue of its own instead of by Direct Reply-to. A session can have any
   * number of such clients, but only one with Direct Reply-to. Default: false.
   */
  readonly replyQueue?: boolean
  /** Called with a reply that no call waits for: it came too late or twice. It is dropped. */
  readonly onUnmatchedReply?: (reply: Delivery) => void
}

/** The server could not answer the request; the message is that of the error in the server. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
}

interface Call {
  readonly resolve: (reply: Delivery) => void
  readonly reject: (error: Error) => void
}

/** A timer can wait this long at most: 24 days. */
const longestTimeout = 2 ** 31 - 1

/**
 * Calls a function that runs in another program: a message there, and a message back. Any number of
 * calls may be in progress at once.
 *
 * @example
 * const client = await session.rpcClient('rpc_queue', { timeout: 5000 })
 * const reply = await client.call({ n: 30 })
 * console.log(reply.json())
 */
export class RpcClient {
  /** The calls in progress. The correlation id tells one reply from another. */
  readonly #calls = new Map<string, Call>()
  readonly #requests: Exchange
  readonly #queue: string
  readonly #options: RpcClientOptions
  readonly #timeout: number
  #replyTo: () => string = () => ''

  private constructor(requests: Exchange, queue: string, options: RpcClientOptions) {
    this.#requests = requests
    this.#queue = queue
    this.#options = options
    this.#timeout = Math.min(Math.round(options.timeout ?? 30_000), longestTimeout)
  }

  /** @internal Use `session.rpcClient`. */
  static async open(
    session: SessionParts,
    queue: string,
    options: RpcClientOptions,
  ): Promise<RpcClient> {
    // The default exchange: a message with the name of a queue as routing key goes to that queue.
    const requests = await Exchange.declare(session, '', { kind: 'direct' })
    const client = new RpcClient(requests, queue, options)
    if (options.replyQueue === true) await client.#useReplyQueue(session)
    else await client.#useDirectReplyTo(session)
    void session.connection.ended.then((error) => {
      client.#sessionEnded(error)
    })
    return client
  }

  /** Direct Reply-to: the broker passes a reply straight to our channel, without a queue. */
  async #useDirectReplyTo({ publisher }: SessionParts): Promise<void> {
    const address = await publisher.consumeReplies((message) => {
      this.#received(new Delivery(message, 'auto-ack'))
    })
    this.#replyTo = () => address
  }

  /** One queue for all replies, not one per call: the broker names it, and deletes it with us. */
  async #useReplyQueue(session: SessionParts): Promise<void> {
    const inbox = await Queue.declare(session, '', {})
    // A lost reply is a timeout like any other, so the broker may forget each one as it sends it.
    const received = (reply: Delivery): void => {
      this.#received(reply)
    }
    await inbox.consume(received, { autoAck: true })
    // Asked for at each call: after a lost connection the queue has another name, and the replies to
    // calls that were in progress are lost with the first one. Those calls time out.
    this.#replyTo = () => inbox.name
  }

  /** Without a connection no reply will come. */
  #sessionEnded(
    error = new MessagingError('CLOSED', 'the session was closed before the reply came'),
  ): void {
    for (const { reject } of this.#calls.values()) reject(error)
  }

  /**
   * Sends a request and resolves with its reply.
   *
   * Rejects with TIMEOUT (no reply in time; the request may or may not have been handled), UNROUTABLE
   * (no server has ever declared the queue), a {@link RemoteError} (the server failed), or with what
   * ended the session.
   */
  async call(request: Body): Promise<Delivery> {
    const correlationId = randomUUID()
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<Delivery>((resolve, reject) => {
      this.#calls.set(correlationId, { resolve, reject })
      timer = setTimeout(() => {
        reject(this.#timedOut(request))
      }, this.#timeout)
      // The connection keeps the program running, not the clock.
      timer.unref()
      // The reply proves more than a confirm, and may come first; only a failure matters here.
      this.#send(request, correlationId).catch(reject)
    })
    try {
      const reply = await answer
      if (reply.headers[errorHeader] === true) throw new RemoteError(reply.text())
      return reply
    } finally {
      clearTimeout(timer)
      this.#calls.delete(correlationId)
    }
  }

  async #send(request: Body, correlationId: string): Promise<void> {
    try {
      await this.#requests.publish(this.#queue, request, {
        replyTo: this.#replyTo(),
        correlationId,
        // Servers declare the queue. If none ever did, the broker returns the request at once.
        mandatory: true,
        // The reply is for this connection, which does not survive a restart of the broker.
        persistent: false,
        // When the call has timed out, no server needs to work on it.
        expiration: this.#timeout,
      })
    } catch (error) {
      if (error instanceof MessagingError && error.code === 'UNROUTABLE')
        throw this.#noServer(request, error)
      throw error
    }
  }

  #received(reply: Delivery): void {
    const call = this.#calls.get(reply.correlationId ?? '')
    this.#calls.delete(reply.correlationId ?? '')
    // Too late, or twice: a server that dies between its reply and its ack gets the request again.
    if (call === undefined) callListener(() => this.#options.onUnmatchedReply?.(reply))
    else call.resolve(reply)
  }

  #timedOut(request: Body): MessagingError {
    const text = `no reply to ${nameOf(request)} within ${this.#timeout / 1000} s`
    return new MessagingError('TIMEOUT', text, {
      remedy: `start a server (in lesson 6: ${pnpm} rpc server), or raise the timeout`,
    })
  }

  #noServer(request: Body, cause: MessagingError): MessagingError {
    const text = `no server takes the request ${nameOf(request)}: there is no queue "${this.#queue}"`
    return new MessagingError('UNROUTABLE', text, {
      cause,
      remedy: `start a server, which declares it (in lesson 6: ${pnpm} rpc server)`,
    })
  }
}

/** A request as an error message shows it. */
function nameOf(request: Body): string {
  const text = request instanceof Uint8Array ? `${request.length} bytes` : JSON.stringify(request)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
