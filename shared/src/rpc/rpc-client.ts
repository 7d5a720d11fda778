import { randomUUID } from 'node:crypto'

import type { Options } from 'amqplib'

import { Delivery } from '../consuming/delivery.ts'
import { callListener } from '../errors/listeners.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import { pnpm } from '../errors/pnpm.ts'
import { encodeBody, unsendable, type Body } from '../messages/body.ts'
import type { SessionParts } from '../topology/destination.ts'
import { RequestChannel } from './request-channel.ts'

/** The header of a reply whose body is not the result but the message of an error. */
export const errorHeader = 'x-error'

/** The options of {@link Session.rpcClient}. */
export interface RpcClientOptions {
  /** Milliseconds to wait for a reply before a call rejects with TIMEOUT. Default: 30,000. */
  readonly timeout?: number
  /** Receives replies from a queue of its own instead of by Direct Reply-to. Default: false. */
  readonly replyQueue?: boolean
  /** Called with a reply that no call waits for: it came too late or twice. It is dropped. */
  readonly onUnmatchedReply?: (reply: Delivery) => void
}

/** The server could not answer the request; the message is that of the error in the server. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
}

/** A call in progress. */
interface Call {
  readonly request: Body
  readonly content: Buffer
  readonly properties: Options.Publish
  /** When it times out. */
  readonly deadline: number
  readonly resolve: (reply: Delivery) => void
  readonly reject: (error: unknown) => void
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
  readonly #session: SessionParts
  readonly #queue: string
  readonly #options: RpcClientOptions
  readonly #timeout: number
  readonly #channel: RequestChannel
  /** Why the session has ended. */
  #failure: MessagingError | undefined

  private constructor(session: SessionParts, queue: string, options: RpcClientOptions) {
    this.#session = session
    this.#queue = queue
    this.#options = options
    this.#timeout = Math.min(Math.round(options.timeout ?? 30_000), longestTimeout)
    this.#channel = new RequestChannel(session.connection, options.replyQueue === true, {
      received: (message) => {
        this.#received(new Delivery(message, 'auto-ack'))
      },
      returned: (correlationId) => {
        const call = this.#calls.get(correlationId)
        call?.reject(this.#noServer(call.request))
      },
      refused: (error) => {
        this.#rejectAll(error)
      },
      // A reply to the last channel is lost with it, so all calls in progress are repeated.
      opened: () => {
        for (const call of this.#calls.values()) this.#send(call)
      },
    })
  }

  /** @internal Use `session.rpcClient`. */
  static async open(
    session: SessionParts,
    queue: string,
    options: RpcClientOptions,
  ): Promise<RpcClient> {
    const client = new RpcClient(session, queue, options)
    await session.connection.add(client.#channel)
    void session.connection.ended.then((error) => {
      client.#failure =
        error ?? new MessagingError('CLOSED', 'the session was closed before the reply came')
      client.#rejectAll(client.#failure)
    })
    return client
  }

  /**
   * Sends a request and resolves with its reply. If the connection is lost before the reply comes, the
   * request is sent again, so a server may handle it twice.
   *
   * Rejects with TIMEOUT (no reply in time; the request may or may not have been handled), UNROUTABLE
   * (no server has ever declared the queue), CONTENT_REFUSED (the body cannot be encoded), a
   * {@link RemoteError} (the server failed), or with what ended the session.
   */
  async call(request: Body): Promise<Delivery> {
    if (this.#failure !== undefined) throw this.#failure
    const { content, contentType } = encode(request)
    const correlationId = randomUUID()
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<Delivery>((resolve, reject) => {
      const deadline = performance.now() + this.#timeout
      const properties = {
        contentType,
        correlationId,
        messageId: this.#session.publisher.nextId(),
        // The reply is for this connection, which does not survive a restart of the broker.
        persistent: false,
      }
      const call = { request, content, properties, deadline, resolve, reject }
      this.#calls.set(correlationId, call)
      timer = setTimeout(() => {
        reject(this.#timedOut(request))
      }, this.#timeout)
      // The connection keeps the program running, not the clock.
      timer.unref()
      this.#send(call)
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

  #send({ content, properties, deadline, reject }: Call): void {
    // When the call has timed out, no server needs to work on it.
    const expiration = Math.max(0, Math.round(deadline - performance.now()))
    try {
      this.#channel.send(this.#queue, content, { ...properties, expiration })
    } catch (error) {
      reject(error)
    }
  }

  #received(reply: Delivery): void {
    const call = this.#calls.get(reply.correlationId ?? '')
    this.#calls.delete(reply.correlationId ?? '')
    // Too late, or twice: a server that dies between its reply and its ack gets the request again.
    if (call === undefined) callListener(() => this.#options.onUnmatchedReply?.(reply))
    else call.resolve(reply)
  }

  #rejectAll(error: MessagingError): void {
    for (const { reject } of this.#calls.values()) reject(error)
  }

  #timedOut(request: Body): MessagingError {
    const text = `no reply to ${nameOf(request)} within ${this.#timeout / 1000} s`
    return new MessagingError('TIMEOUT', text, {
      remedy: `start a server (in lesson 6: ${pnpm} rpc server), or raise the timeout`,
    })
  }

  #noServer(request: Body): MessagingError {
    const text = `no server takes the request ${nameOf(request)}: there is no queue "${this.#queue}"`
    return new MessagingError('UNROUTABLE', text, {
      remedy: `start a server, which declares it (in lesson 6: ${pnpm} rpc server)`,
    })
  }
}

function encode(request: Body): ReturnType<typeof encodeBody> {
  try {
    return encodeBody(request)
  } catch (error) {
    throw unsendable(error)
  }
}

/** A request as an error message shows it. */
function nameOf(request: Body): string {
  const text = request instanceof Uint8Array ? `${request.length} bytes` : JSON.stringify(request)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
