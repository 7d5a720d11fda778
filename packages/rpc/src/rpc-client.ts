import { randomUUID } from 'node:crypto'

import {
  MessagingError,
  pnpm,
  type Delivery,
  type Exchange,
  type Session,
} from '@messaging-patterns/shared'

import { errorHeader, requestQueue } from './contract.ts'

export interface RpcOptions {
  /** Milliseconds to wait for a reply. */
  readonly timeout: number
  /** Take replies from a queue of our own, not by Direct Reply-to. Default: false. */
  readonly replyQueue?: boolean
  /** Hears of a reply that no call waits for; it is dropped. */
  readonly onStray?: (reply: Delivery) => void
}

/** The server could not do it, and says why. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
}

interface Waiting {
  readonly resolve: (reply: Delivery) => void
  readonly reject: (error: Error) => void
}

/** A timer takes no more than this: 24 days. */
const longest = 2 ** 31 - 1

/** Calls a function that runs in another program: a message there, and a message back. */
export class RpcClient {
  /** Who waits for which reply. The correlation id is what tells one reply from another. */
  readonly #waiting = new Map<string, Waiting>()
  readonly #requests: Exchange
  readonly #options: RpcOptions
  readonly #timeout: number
  #replyTo: () => string = () => ''

  private constructor(requests: Exchange, options: RpcOptions) {
    this.#requests = requests
    this.#options = options
    this.#timeout = Math.min(Math.round(options.timeout), longest)
  }

  /** A client that is ready to hear replies. It may have any number of calls under way. */
  static async open(session: Session, options: RpcOptions): Promise<RpcClient> {
    // The default exchange: what we publish with the name of a queue goes to that queue.
    const client = new RpcClient(await session.exchange('', 'direct'), options)
    if (options.replyQueue === true) await client.#listenOnQueue(session)
    else await client.#listenDirectly(session)
    void session.closed.then((error) => {
      client.#ended(error)
    })
    return client
  }

  /** Without a connection no reply will come any more. */
  #ended(
    error = new MessagingError('CLOSED', 'the session was closed before the reply came'),
  ): void {
    for (const { reject } of this.#waiting.values()) reject(error)
  }

  /** Direct Reply-to: the broker passes a reply straight to our channel, with no queue between. */
  async #listenDirectly(session: Session): Promise<void> {
    const address = await session.replies((reply) => {
      this.#heard(reply)
    })
    this.#replyTo = () => address
  }

  /** One queue for all our replies, not one a call: the broker names it, and it goes with us. */
  async #listenOnQueue(session: Session): Promise<void> {
    const inbox = await session.queue()
    // What became of a reply interests nobody but us, so the broker may forget it at once.
    await inbox.consume((reply) => this.#heard(reply), { autoAck: true })
    // Asked for at each call: after a lost connection the queue is another one, and the replies to
    // calls that were under way are lost with the first. Those calls time out.
    this.#replyTo = () => inbox.name
  }

  /** Rejects with TIMEOUT, with UNROUTABLE when no server ever was there, with a RemoteError. */
  async call(request: string): Promise<string> {
    const correlationId = randomUUID()
    let timer: NodeJS.Timeout | undefined
    const answer = new Promise<Delivery>((resolve, reject) => {
      this.#waiting.set(correlationId, { resolve, reject })
      timer = setTimeout(() => {
        reject(this.#late(request))
      }, this.#timeout)
      // The connection keeps the program running, not the clock.
      timer.unref()
      // The reply says all that a confirm could, and may be sooner: only what goes wrong is heard.
      this.#send(request, correlationId).catch(reject)
    })
    try {
      const reply = await answer
      if (reply.headers[errorHeader] === true) throw new RemoteError(reply.text())
      return reply.text()
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(correlationId)
    }
  }

  async #send(request: string, correlationId: string): Promise<void> {
    try {
      await this.#requests.publish(requestQueue, request, {
        replyTo: this.#replyTo(),
        correlationId,
        // Servers declare the queue. When none ever did, we hear of it at once.
        mandatory: true,
        // The reply is for this connection: nobody hears it after a restart of the broker.
        persistent: false,
        // When we have given up, no server needs to work for us any more.
        expiration: this.#timeout,
      })
    } catch (error) {
      if (error instanceof MessagingError && error.code === 'UNROUTABLE')
        throw this.#nobody(request, error)
      throw error
    }
  }

  #heard(reply: Delivery): void {
    const waiting = this.#waiting.get(reply.correlationId ?? '')
    // Too late, or twice: a server that dies between its reply and its ack is asked again.
    if (waiting === undefined) this.#options.onStray?.(reply)
    else waiting.resolve(reply)
    this.#waiting.delete(reply.correlationId ?? '')
  }

  #late(request: string): MessagingError {
    const text = `no reply to ${JSON.stringify(request)} within ${this.#timeout / 1000} s`
    return new MessagingError('TIMEOUT', text, {
      remedy: `start a server: ${pnpm} rpc server; or wait longer: --timeout 60`,
    })
  }

  #nobody(request: string, cause: MessagingError): MessagingError {
    const text = `nobody takes the request ${JSON.stringify(request)}: there is no queue "${requestQueue}"`
    return new MessagingError('UNROUTABLE', text, {
      cause,
      remedy: `start a server, it declares the queue: ${pnpm} rpc server`,
    })
  }
}
