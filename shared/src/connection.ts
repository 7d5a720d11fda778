import { connect, type Channel, type ChannelModel, type RecoveringChannelModel } from 'amqplib'

import { BrokerList } from './broker-list.ts'
import { defaultUrl, maskUrl } from './broker-url.ts'
import { tooOld } from './broker-version.ts'
import { onChannel } from './channel.ts'
import { coalesceWrites } from './coalesce.ts'
import { MessagingError, type MessagingErrorCode } from './errors.ts'
import { explainConnect, explainOperation, isPassing, reasonOf, replyCodeOf } from './explain.ts'
import type { Resident } from './resident.ts'
import { safely } from './safely.ts'
import type { SessionOptions, SessionStatus } from './session-options.ts'
import { socketOf } from './socket.ts'
import { tlsOptions } from './tls.ts'
import { within } from './within.ts'

/** What the broker may say of the things of a session, as long as they are not there. */
const missing: ReadonlySet<MessagingErrorCode> = new Set(['NO_QUORUM', 'NOT_FOUND', 'LOCKED'])

/** One connection that comes back when it is lost, and what lives on it. */
export class Connection {
  readonly #options: SessionOptions
  readonly #brokers: BrokerList
  readonly #residents = new Set<Resident>()
  /** Resolves when no connection will come any more: with the error, or with nothing after close. */
  readonly ended: Promise<MessagingError | undefined>
  #resolveEnded: (error: MessagingError | undefined) => void = () => {}
  #recovering: RecoveringChannelModel | undefined
  #model: ChannelModel | undefined
  #lostAt: number | undefined
  #lastError: Error | undefined
  #setUpError: MessagingError | undefined
  #failure: MessagingError | undefined
  #closing: Promise<void> | undefined
  #connecting: Promise<ChannelModel> | undefined
  /** The first error of each URL, while the first connection is not there. */
  readonly #refusals = new Map<URL, unknown>()
  readonly #onAbort = (): void => {
    if (this.#model === undefined) this.#stopWithoutBroker()
  }

  constructor(options: SessionOptions) {
    this.#options = options
    const urls = options.url ?? (process.env['AMQP_URL'] || defaultUrl)
    this.#brokers = new BrokerList(urls, options.heartbeat ?? 5)
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    options.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Milliseconds for the broker to answer when something is closed. */
  get closeTimeout(): number {
    return this.#options.closeTimeout ?? 5000
  }

  async open(): Promise<void> {
    const { connectTimeout = 5000, reconnectFor = 60_000 } = this.#options
    const recovering = await connect(this.#brokers.target, {
      ...tlsOptions(this.#brokers.urls),
      ...this.#options.tls,
      timeout: connectTimeout,
      noDelay: true,
      keepAlive: true,
      recovery: {
        waitForConnect: false,
        initialMaxRetries: this.#brokers.urls.length - 1,
        ...(reconnectFor === 0 && { maxRetries: 0 }),
        calculateDelay: (attempt) => this.#nextAttempt(attempt, reconnectFor),
        setup: (model: ChannelModel) => this.#setUp(model),
      },
    })
    this.#recovering = recovering
    this.#listen(recovering)
    if (this.#options.signal?.aborted === true) this.#stopWithoutBroker()
    try {
      await recovering.waitForConnect()
    } catch (error) {
      this.#options.signal?.removeEventListener('abort', this.#onAbort)
      if (this.#refusals.size === 0) this.#refusals.set(this.#brokers.url, error)
      throw this.#failure ?? explainConnect(this.#refusals)
    }
  }

  #listen(recovering: RecoveringChannelModel): void {
    recovering.on('error', (error) => {
      this.#lastError = error
    })
    recovering.on('connect-failed', (error) => {
      if (this.#lostAt === undefined) this.#refusals.set(this.#brokers.url, error)
      // The broker is there, and what was declared on it cannot come back.
      this.#setUpError = error instanceof MessagingError ? error : undefined
    })
    recovering.on('disconnect', (error) => {
      this.#lost(error)
    })
    recovering.on('connect', () => {
      if (this.#lostAt === undefined) return
      this.#lostAt = undefined
      this.#tell({ type: 'reconnected', url: this.#brokers.shown })
    })
    recovering.on('reconnect-failed', (error) => {
      if (this.#lostAt !== undefined) this.#end(this.#goneForGood(error))
    })
  }

  #tell(status: SessionStatus): void {
    safely(() => this.#options.onStatus?.(status))
  }

  /** The pause before the next attempt; amqplib gives up when this throws. */
  #nextAttempt(attempt: number, reconnectFor: number): number {
    this.#brokers.next()
    if (this.#lostAt === undefined) return 0
    if (performance.now() - this.#lostAt > reconnectFor)
      throw this.#setUpError ?? this.#lastError ?? new Error('time is up')
    // Each round of all URLs waits longer; jitter keeps many clients from coming at once.
    const round = Math.floor((attempt - 1) / this.#brokers.urls.length)
    return Math.min(100 * 2 ** round, 2000) * (0.75 + Math.random() / 2)
  }

  /** Runs on each new connection before anybody else may use it. */
  async #setUp(model: ChannelModel): Promise<void> {
    // What happens to the connection shows as a rejection below; unheard, the event would throw.
    model.on('error', (error) => {
      this.#lastError = error
    })
    // A broker that is short of memory says so as soon as something is published.
    model.on('blocked', (reason) => {
      for (const resident of this.#residents) resident.block?.(true)
      this.#tell({ type: 'blocked', reason })
    })
    model.on('unblocked', () => {
      for (const resident of this.#residents) resident.block?.(false)
      this.#tell({ type: 'unblocked' })
    })
    // amqplib listens for the end of the connection only after this, and would miss an earlier one.
    let closed: Error | undefined
    model.once('close', (error?: Error) => {
      closed = error ?? new Error('Connection closed')
    })
    coalesceWrites(model)
    const old = tooOld(model, this.#options.minimumVersion, this.#brokers.shown)
    if (old !== undefined) {
      this.#end(old)
      throw old
    }
    this.#lastError = undefined
    try {
      for (const resident of this.#residents) await resident.resume(model)
      for (const resident of this.#residents) await resident.rebind?.(model)
      if (closed !== undefined) throw closed
      for (const resident of this.#residents) resident.restored?.()
    } catch (error) {
      const explained = explainOperation(error, this.#lastError)
      // Asking again would only get the same answer.
      if (explained.code === 'PRECONDITION_FAILED' || explained.code === 'ACCESS_REFUSED')
        this.#end(explained)
      throw explained
    }
    this.#model = model
  }

  /** How many brokers there are to go to, this one among them; one, for who never reconnects. */
  get brokers(): number {
    return this.#options.reconnectFor === 0 ? 1 : this.#brokers.urls.length
  }

  /** Leaves a broker that answers, and does not do its work, for the next one of the list. */
  leave(reason: string): void {
    cut(this.#model, new Error(reason))
  }

  #lost(error: Error): void {
    // A broker that said why hangs up itself; of one that fell silent amqplib keeps the socket, and
    // the socket would keep the program.
    if (replyCodeOf(error) === undefined) cut(this.#model)
    this.#model = undefined
    this.#lostAt = performance.now()
    this.#lastError ??= error
    for (const resident of this.#residents) resident.suspend?.()
    // Of what the broker refused, the operation itself will say more.
    if (!this.#wasRefused()) this.#tell({ type: 'disconnected', reason: reasonOf(error) })
    if (this.#options.signal?.aborted === true) this.#stopWithoutBroker()
  }

  #stopWithoutBroker(): void {
    this.#end(new MessagingError('CLOSED', 'stopped while the broker was away'))
  }

  #goneForGood(error: Error): MessagingError {
    const explained = explainOperation(error)
    if (missing.has(explained.code)) return explained
    const seconds = Math.round((performance.now() - (this.#lostAt ?? performance.now())) / 1000)
    const tried = this.#options.reconnectFor === 0 ? '' : ` and did not come back in ${seconds} s`
    const where = this.#brokers.urls.map(maskUrl).join(', ')
    return new MessagingError(
      'CONNECTION_LOST',
      `the broker at ${where} went away${tried} (${reasonOf(error)})`,
      { cause: error, remedy: 'start it again: pnpm broker, or docker compose up -d --wait' },
    )
  }

  #end(failure: MessagingError): void {
    if (this.#failure !== undefined) return
    this.#failure = failure
    this.#model = undefined
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    for (const resident of this.#residents) resident.end?.(failure)
    this.#resolveEnded(failure.code === 'CLOSED' ? undefined : failure)
    void this.#recovering?.close()
  }

  /** Adds what comes back on each new connection, after it has come on this one. */
  async add<T extends Resident>(resident: T): Promise<T> {
    await this.#attempt(async (model) => {
      await resident.resume(model)
      resident.restored?.()
      this.#residents.add(resident)
    }, resident)
    return resident
  }

  remove(resident: Resident): void {
    this.#residents.delete(resident)
  }

  /** Brings back a resident that the broker threw out, on this connection or on the next. */
  async reopen(resident: Resident): Promise<void> {
    try {
      await this.#attempt(async (model) => {
        await resident.resume(model)
        resident.restored?.()
      })
    } catch (error) {
      this.#end(explainOperation(error))
    }
  }

  /** Runs `work` on a channel of its own: if the broker refuses it, nothing else is disturbed. */
  async withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    return this.#attempt((model) => onChannel(model, work))
  }

  /**
   * Runs `work`, and again on the next connection if this one breaks meanwhile: all that is done by
   * it can be done twice. What the broker refuses is not tried again, and what a cluster cannot do
   * for now no longer than one waits for a connection.
   */
  async #attempt<T>(work: (model: ChannelModel) => Promise<T>, resident?: Resident): Promise<T> {
    const { reconnectFor = 60_000 } = this.#options
    const began = performance.now()
    for (;;) {
      const model = await this.#connected()
      try {
        return await work(model)
      } catch (error) {
        const broken = this.#model !== model
        if (this.#failure !== undefined) throw this.#failure
        const explained = explainOperation(error, broken ? this.#lastError : undefined)
        const hopeless = explained.code === 'NO_QUORUM' && performance.now() - began > reconnectFor
        if (!broken || hopeless || replyCodeOf(error) !== undefined || this.#wasRefused(resident))
          throw explained
      }
    }
  }

  /** Whether the broker closed the connection because of something that we did. */
  #wasRefused(resident?: Resident): boolean {
    const error = this.#lastError
    if (error === undefined) return false
    return (
      resident?.isOver?.(error) === true || (replyCodeOf(error) !== undefined && !isPassing(error))
    )
  }

  async #connected(): Promise<ChannelModel> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#model !== undefined) return this.#model
    this.#connecting ??= this.#reconnected()
    try {
      return await this.#connecting
    } finally {
      this.#connecting = undefined
    }
  }

  #reconnected(): Promise<ChannelModel> {
    return new Promise((resolve, reject) => {
      this.#recovering?.once('connect', resolve)
      void this.ended.then(() => {
        reject(this.#failure ?? new MessagingError('CLOSED', 'the session is closed'))
      })
    })
  }

  /**
   * Lets the residents finish what they have in hand, then waits for `lastly`, then closes. A broker
   * that does not answer is left after a while. Idempotent.
   */
  close(lastly: () => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(lastly)
    return this.#closing
  }

  async #close(lastly: () => Promise<void>): Promise<void> {
    await Promise.all([...this.#residents].map(async (resident) => resident.close?.()))
    await within(this.closeTimeout, lastly())
    const model = this.#model
    const closing = this.#recovering?.close()
    this.#end(new MessagingError('CLOSED', 'the session is closed'))
    if (!(await within(this.closeTimeout, closing))) cut(model)
  }
}

/** amqplib has no way to drop a connection whose peer does not answer, so its socket is ended. */
function cut(model: ChannelModel | undefined, reason?: Error): void {
  if (model !== undefined) socketOf(model)?.destroy(reason)
}
