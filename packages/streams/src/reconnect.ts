// Reconnects, because the client for the stream protocol does not.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

import {
  connectOptions,
  defaultUrl,
  MessagingError,
  parseUrls,
  pnpm,
  type SessionOptions,
} from '@messaging-patterns/shared'
import { connect, type Client, type ClientParams } from 'rabbitmq-stream-js-client'

/** A client, and the listener for its publishers and consumers, which have connections of their own. */
export interface Link {
  readonly client: Client
  readonly connectionClosedListener: () => void
}

export interface Target {
  readonly broker: SessionOptions
  readonly port: number | undefined
  readonly status: (text: string) => void
}

/**
 * Runs `work` with a client, and again with a new client whenever a connection is lost, until it
 * returns. The client would lose track of what was in progress, so `work` begins by asking the
 * broker where to continue.
 */
export async function withReconnect(
  { broker, port, status }: Target,
  work: (link: Link) => Promise<void>,
): Promise<void> {
  const brokers = brokersOf(broker, port)
  const stop = broker.signal ?? new AbortController().signal
  using _ = ignoringFailedWrites()
  let retryUntil = 0
  let failures = 0
  for (const to of inTurn(brokers)) {
    if (stop.aborted) return
    let started = false
    let cause: unknown
    try {
      const finished = await attempt(to, stop, (link) => {
        started = true
        return work(link)
      })
      if (finished || stop.aborted) return
    } catch (error) {
      throwUnlessNetwork(error)
      cause = error
    }
    if (stop.aborted) return
    if (started) {
      status('connection lost; reconnecting')
      retryUntil = Date.now() + (broker.reconnectFor ?? 60_000)
    } else if (Date.now() > retryUntil && ++failures >= brokers.length)
      throw noStreams(brokers, cause)
    await pause(500)
  }
}

/** Resolves with whether `work` has finished; if not, a connection was lost. */
async function attempt(
  to: ClientParams,
  stop: AbortSignal,
  work: (link: Link) => Promise<void>,
): Promise<boolean> {
  const lost = new AbortController()
  const loss = once(lost.signal, 'abort')
  // The client calls it as a method of the connection that has ended, or of its options if the stream
  // is gone. Only close() stops the heartbeat, which would keep the program running for ten seconds.
  function connectionClosedListener(this: { close?(): Promise<void> }): void {
    this.close?.().catch(() => {})
    // Deferred, so that if there is an error, the client rejects with it first.
    setImmediate(() => lost.abort())
  }
  const listeners = { connection_closed: connectionClosedListener }
  const connecting = connect({ ...to, heartbeat: 5, listeners })
  // After Ctrl-C, we wait no longer than five seconds for a broker that does not answer.
  using _ = fiveSecondsAfter(stop, () => {
    lost.abort()
    connecting.then(destroySockets, () => {})
  })
  // A call that was waiting for an answer would wait forever, so we stop waiting for `work`.
  let finished = false
  try {
    finished = await Promise.race([
      connecting.then((client) => work({ client, connectionClosedListener })).then(() => true),
      loss.then(() => false),
    ])
    return finished
  } finally {
    const closed = connecting.then((client) => client.close())
    if (finished) await Promise.race([closed, loss])
    else closed.catch(() => {})
  }
}

/** Calls `giveUp` five seconds after `stop` is aborted, unless it is disposed of before. */
function fiveSecondsAfter(stop: AbortSignal, giveUp: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    timer = setTimeout(giveUp, 5000)
  }
  stop.addEventListener('abort', onAbort, { once: true })
  return {
    [Symbol.dispose]() {
      stop.removeEventListener('abort', onAbort)
      clearTimeout(timer)
    },
  }
}

/** What the client has connected. */
interface Connected {
  readonly connection: { readonly socket: Socket }
}

/**
 * The client closes a socket only when the broker has answered, and an open one keeps the program
 * running.
 */
function destroySockets(client: Client): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the client hides its sockets
  const { locatorConnection, publishers, consumers } = client as unknown as {
    readonly locatorConnection: Connected['connection']
    readonly publishers: ReadonlyMap<unknown, Connected>
    readonly consumers: ReadonlyMap<unknown, Connected>
  }
  locatorConnection.socket.destroy()
  for (const { connection } of [...publishers.values(), ...consumers.values()])
    connection.socket.destroy()
}

/** One broker after another, and after the last one the first again. */
function* inTurn(brokers: readonly ClientParams[]): Generator<ClientParams, void, undefined> {
  for (;;) yield* brokers
}

/** The same brokers as over AMQP, on another port. */
function brokersOf({ url = defaultUrl }: SessionOptions, port: number | undefined): ClientParams[] {
  return parseUrls(url).map((each) => {
    if (each.protocol === 'amqps:')
      throw new MessagingError('INVALID_URL', 'this lesson uses the stream protocol without TLS', {
        remedy: 'use an amqp:// URL: with amqps://, it would send the password unencrypted',
      })
    const { hostname, username, password, vhost } = connectOptions(each)
    return {
      hostname: hostname ?? 'localhost',
      port: port ?? Number(process.env['STREAM_PORT'] || 5552),
      username: username ?? '',
      password: password ?? '',
      vhost: decodeURIComponent(vhost ?? '') || '/',
      // Publishers and consumers connect to the same address. Otherwise the client would ask the broker
      // for one, and a broker in a container may answer with a host name that only exists there.
      addressResolver: { enabled: true },
    }
  })
}

/**
 * The client asks for the next messages when it has delivered the last ones, and nobody is told if the
 * connection is already closed then. Without a listener, this would end the process.
 */
function ignoringFailedWrites(): Disposable {
  process.on('unhandledRejection', throwUnlessNetwork)
  return { [Symbol.dispose]: () => void process.off('unhandledRejection', throwUnlessNetwork) }
}

function noStreams(brokers: readonly ClientParams[], cause: unknown): MessagingError {
  const addresses = brokers.map(({ hostname, port }) => `${hostname}:${port}`).join(' or ')
  const remedy = `start a broker: ${pnpm} broker, or docker compose up -d --wait; another RabbitMQ needs the plugin rabbitmq_stream`
  return new MessagingError('CONNECT_FAILED', `no streams at ${addresses}`, { remedy, cause })
}

function throwUnlessNetwork(error: unknown): void {
  if (!isNetworkError(error)) throw error
}

/** Errors of Node: ECONNREFUSED, EPIPE and so on. The client rejects with the broker's codes, as numbers. */
function isNetworkError(error: unknown): boolean {
  if (typeof error === 'number') throw new Error(`the broker refused it: code ${error}`)
  if (error instanceof MessagingError) return error.code === 'CONNECT_FAILED'
  return error instanceof Error && 'code' in error
}
