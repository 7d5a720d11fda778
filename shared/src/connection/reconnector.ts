import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib'

import { explainOperation } from '../errors/explain-operation.ts'
import { MessagingError, type MessagingErrorCode } from '../errors/messaging-error.ts'
import { readIntoOneBuffer } from '../transport/incoming-bytes.ts'
import { destroySocket } from '../transport/socket.ts'
import { BrokerList } from './broker-list.ts'
import { defaultUrl } from './broker-url.ts'
import { fulfilledWithin } from './channel.ts'
import { explainConnect, explainLoss } from './explain-connect.ts'
import type { SessionOptions } from './session-options.ts'
import { tlsOptions } from './tls.ts'

/** What a reconnector reports. */
export interface ReconnectorEvents {
  /** A connection is open; it counts only when this is fulfilled. */
  opened(model: ChannelModel): Promise<void>
  lost(error: Error): void
  reconnected(): void
  /** No attempt to reconnect has succeeded in time. */
  gaveUp(error: MessagingError): void
}

/** Refusals that may pass while a cluster recovers or another program declares what is missing. */
const mayPass: ReadonlySet<MessagingErrorCode> = new Set(['NO_QUORUM', 'NOT_FOUND', 'LOCKED'])

/**
 * Opens a connection, and another one when it is lost: amqplib's recovery with a list of brokers, a
 * growing pause, and an end.
 */
export class Reconnector {
  /** Milliseconds to keep trying; 0 never reconnects. */
  readonly reconnectFor: number
  readonly #options: SessionOptions
  readonly #brokers: BrokerList
  readonly #events: ReconnectorEvents
  #recovering: RecoveringChannelModel | undefined
  #lost: { readonly at: number; readonly error: Error } | undefined
  /** Why the last attempt to reconnect could not bring everything back. */
  #recoveryError: MessagingError | undefined
  /** The last error of each URL, until the first connection is open. */
  readonly #connectErrors = new Map<URL, unknown>()

  constructor(options: SessionOptions, events: ReconnectorEvents) {
    const { url = process.env['AMQP_URL'] || defaultUrl, heartbeat = 5 } = options
    this.#options = options
    this.#events = events
    this.#brokers = new BrokerList(url, heartbeat)
    this.reconnectFor = options.reconnectFor ?? 60_000
  }

  /** The number of brokers to try, including this one; 1 if reconnecting is off. */
  get brokerCount(): number {
    return this.reconnectFor === 0 ? 1 : this.#brokers.urls.length
  }

  get #connectTimeout(): number {
    return this.#options.connectTimeout ?? 5000
  }

  /** The current broker, without its password. */
  get maskedUrl(): string {
    return this.#brokers.maskedUrl
  }

  async open(): Promise<void> {
    const { tls, connectionName } = this.#options
    const recovering = await connect(this.#brokers.target, {
      ...tlsOptions(this.#brokers.urls),
      ...tls,
      ...(connectionName !== undefined && {
        clientProperties: { connection_name: connectionName },
      }),
      timeout: this.#connectTimeout,
      noDelay: true,
      ...readIntoOneBuffer(),
      keepAlive: true,
      recovery: {
        waitForConnect: false,
        initialMaxRetries: this.#brokers.urls.length - 1,
        ...(this.reconnectFor === 0 && { maxRetries: 0 }),
        calculateDelay: (attempt) => this.#delayBefore(attempt),
        setup: (model: ChannelModel) => this.#setUp(model),
      },
    })
    this.#recovering = recovering
    this.#listen(recovering)
  }

  /** Resolves when the first connection is open; rejects when no broker of the list could be used. */
  async waitForConnect(): Promise<void> {
    try {
      await this.#recovering?.waitForConnect()
    } catch (error) {
      if (this.#connectErrors.size === 0) this.#connectErrors.set(this.#brokers.url, error)
      throw explainConnect(this.#connectErrors)
    }
  }

  /** Resolves when the next connection is open. */
  nextConnection(): Promise<ChannelModel> {
    return new Promise((resolve) => this.#recovering?.once('connect', resolve))
  }

  async close(): Promise<void> {
    await this.#recovering?.close()
  }

  /**
   * Also ends an attempt when the time to reconnect is over: a broker may accept the connection, and then
   * not answer.
   */
  async #setUp(model: ChannelModel): Promise<void> {
    const began = this.#lost?.at ?? performance.now()
    const left = began + this.reconnectFor - performance.now()
    const limit = Math.max(left, this.#connectTimeout)
    const opened = this.#events.opened(model)
    // A longer timer, such as one of Infinity, would expire at once.
    if (await fulfilledWithin(Math.min(limit, 2 ** 31 - 1), opened)) return
    destroySocket(model)
    await opened
  }

  #listen(recovering: RecoveringChannelModel): void {
    // Each connection has a listener of its own; without this one the event would throw.
    recovering.on('error', () => {})
    recovering.on('connect-failed', (error) => {
      if (this.#lost === undefined) this.#connectErrors.set(this.#brokers.url, error)
      this.#recoveryError = error instanceof MessagingError ? error : undefined
    })
    recovering.on('disconnect', (error) => {
      this.#lost = { at: performance.now(), error }
      this.#events.lost(error)
    })
    recovering.on('connect', () => {
      if (this.#lost === undefined) return
      this.#lost = undefined
      this.#events.reconnected()
    })
    recovering.on('reconnect-failed', (error) => {
      if (this.#lost !== undefined) this.#events.gaveUp(this.#explainEnd(error, this.#lost.at))
    })
  }

  /** The pause before the next attempt; amqplib gives up when this throws. */
  #delayBefore(attempt: number): number {
    this.#brokers.next()
    if (this.#lost === undefined) return 0
    if (performance.now() - this.#lost.at > this.reconnectFor)
      throw this.#recoveryError ?? this.#lost.error
    // Each round of all URLs waits longer; jitter keeps many clients from reconnecting at once.
    const round = Math.floor((attempt - 1) / this.#brokers.urls.length)
    return Math.min(100 * 2 ** round, 2000) * (0.75 + Math.random() / 2)
  }

  #explainEnd(error: Error, lostAt: number): MessagingError {
    const explained = explainOperation(error)
    if (mayPass.has(explained.code)) return explained
    const after = this.reconnectFor === 0 ? undefined : performance.now() - lostAt
    return explainLoss(this.#brokers.urls, error, after)
  }
}
