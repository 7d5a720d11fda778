import type { Channel, ChannelModel } from 'amqplib'

import { explainOperation, isTransient } from '../errors/explain-operation.ts'
import { reasonOf, replyCodeOf } from '../errors/foreign-errors.ts'
import { callListener } from '../errors/listeners.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import { useFastTransport } from '../transport/fast-transport.ts'
import { destroySocket } from '../transport/socket.ts'
import { fulfilledWithin, onChannel } from './channel.ts'
import { closeModel } from './close-model.ts'
import { explainVersion } from './explain-connect.ts'
import { Reconnector } from './reconnector.ts'
import { Recoverables, type Recoverable } from './recoverable.ts'
import type { SessionOptions, SessionStatus } from './session-options.ts'

/** A connection that is reopened when it is lost, and everything that is brought back on it. */
export class Connection {
  /** Resolves when the session has ended: with the error that ended it, or undefined after close. */
  readonly ended: Promise<MessagingError | undefined>
  /** Whether the user waits for the end of the session. */
  isEndAwaited = false
  readonly #options: SessionOptions
  readonly #reconnector: Reconnector
  readonly #recoverables = new Recoverables()
  #resolveEnded: (error: MessagingError | undefined) => void = () => {}
  /** The open connection; undefined while it is lost. */
  #model: ChannelModel | undefined
  /** A new connection, on which not everything is back yet. */
  #preparing: ChannelModel | undefined
  /** What this connection, or the last one, has reported. */
  #lastError: Error | undefined
  /** Why the session has ended. */
  #failure: MessagingError | undefined
  #connecting: Promise<ChannelModel> | undefined
  #closing: Promise<void> | undefined
  /** Whether the broker is short of memory or disk, and reads nothing from this connection. */
  #blocked = false
  readonly #onAbort = (): void => {
    if (this.#model === undefined || this.#blocked) this.#stopWithoutBroker()
  }

  constructor(options: SessionOptions) {
    this.#options = options
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    this.#reconnector = new Reconnector(options, {
      opened: (model) => this.#opened(model),
      lost: (error) => {
        this.#lost(error)
      },
      reconnected: () => {
        this.#emit({ type: 'reconnected', url: this.#reconnector.maskedUrl })
      },
      gaveUp: (error) => {
        this.#end(error)
      },
    })
    options.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Whether the user learns of this error anyway, because it is what ended the session. */
  isEndKnown(error: unknown): boolean {
    return this.isEndAwaited && error === this.#failure
  }

  /** Milliseconds that closing something waits for the broker. */
  get closeTimeout(): number {
    return this.#options.closeTimeout ?? 5000
  }

  /** The number of brokers to try, including this one; 1 if reconnecting is off. */
  get brokerCount(): number {
    return this.#reconnector.brokerCount
  }

  async open(): Promise<void> {
    await this.#reconnector.open()
    if (this.#options.signal?.aborted === true) this.#stopWithoutBroker()
    try {
      await this.#reconnector.waitForConnect()
    } catch (error) {
      this.#options.signal?.removeEventListener('abort', this.#onAbort)
      throw this.#failure ?? error
    }
  }

  #emit(status: SessionStatus): void {
    callListener(() => this.#options.onStatus?.(status))
  }

  /** Brings everything back on a new connection, before anybody else can use it. */
  async #opened(model: ChannelModel): Promise<void> {
    // What happens to the connection shows as a rejection below; without a listener it would throw.
    model.on('error', (error) => {
      this.#lastError = error
    })
    this.#listenForAlarms(model)
    // amqplib listens for the end of the connection only after this, and would miss an earlier one.
    let closed: Error | undefined
    model.once('close', (error?: Error) => {
      closed = error ?? new Error('Connection closed')
      this.#preparing = undefined
    })
    useFastTransport(model)
    const { minimumVersion } = this.#options
    const tooOld = explainVersion(model, minimumVersion, this.#reconnector.maskedUrl)
    if (tooOld !== undefined) {
      this.#end(tooOld)
      throw tooOld
    }
    this.#lastError = undefined
    this.#preparing = model
    try {
      await this.#recoverables.recover(model, () => {
        const error = this.#failure ?? closed
        if (error !== undefined) throw error
      })
    } catch (error) {
      this.#preparing = undefined
      const explained = explainOperation(error, this.#lastError)
      // Some may be back already, on a connection that nobody will use.
      this.#blocked = false
      this.#recoverables.connectionLost()
      // Another attempt would only get the same answer.
      if (explained.code === 'PRECONDITION_FAILED' || explained.code === 'ACCESS_REFUSED')
        this.#end(explained)
      // amqplib closes it too, but waits for the broker forever.
      await closeModel(model, this.closeTimeout)
      throw explained
    }
    this.#preparing = undefined
    this.#model = model
  }

  /** A broker that is short of memory or disk says so as soon as something is published. */
  #listenForAlarms(model: ChannelModel): void {
    model.on('blocked', (reason) => {
      this.#blocked = true
      this.#recoverables.setBlocked(true)
      this.#emit({ type: 'blocked', reason })
      if (this.#options.signal?.aborted === true) this.#stopWithoutBroker()
    })
    model.on('unblocked', () => {
      this.#blocked = false
      this.#recoverables.setBlocked(false)
      this.#emit({ type: 'unblocked' })
    })
  }

  /** Abandons a broker that answers but does not do its work, for the next one in the list. */
  failOver(reason: string): void {
    destroySocket(this.#model, reason)
  }

  #lost(error: Error): void {
    // A broker that gave a reason closes the socket itself; that of a silent one amqplib keeps open,
    // and it would keep the program running.
    if (replyCodeOf(error) === undefined) destroySocket(this.#model)
    this.#model = undefined
    this.#blocked = false
    this.#lastError ??= error
    this.#recoverables.connectionLost()
    // If the broker refused an operation, the operation itself rejects with more.
    if (!this.#wasRefused()) this.#emit({ type: 'disconnected', reason: reasonOf(error) })
    if (this.#options.signal?.aborted === true) this.#stopWithoutBroker()
  }

  #stopWithoutBroker(): void {
    const why = this.#blocked ? 'not accepting messages' : 'unreachable'
    const model = this.#model
    this.#end(new MessagingError('CLOSED', `stopped while the broker was ${why}`))
    destroySocket(model)
  }

  #end(failure: MessagingError): void {
    if (this.#failure !== undefined) return
    this.#failure = failure
    this.#model = undefined
    // Whatever it has not declared yet must not appear after the end.
    destroySocket(this.#preparing, 'the session has ended')
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    this.#recoverables.sessionEnded(failure)
    this.#resolveEnded(failure.code === 'CLOSED' ? undefined : failure)
    void this.#reconnector.close()
  }

  /** Adds something that is brought back on each new connection, once it exists on this one. */
  async add<T extends Recoverable>(recoverable: T): Promise<T> {
    await this.attempt(async (model) => {
      await recoverable.recover(model)
      recoverable.recovered?.()
      this.#recoverables.add(recoverable)
    }, recoverable)
    return recoverable
  }

  /** Until it is added again, it is not brought back on a new connection. */
  suspend(recoverable: Recoverable): void {
    this.#recoverables.suspend(recoverable)
  }

  remove(recoverable: Recoverable): void {
    this.#recoverables.remove(recoverable)
  }

  /**
   * Brings back something whose channel the broker closed. If the connection is lost meanwhile, nothing
   * is left to do: the next one brings everything back.
   */
  async reopen(recoverable: Recoverable): Promise<void> {
    const model = this.#model ?? this.#preparing
    if (model === undefined) return
    try {
      await recoverable.recover(model)
      if (this.#model === model) recoverable.recovered?.()
    } catch (error) {
      if (model === (this.#model ?? this.#preparing)) this.#end(explainOperation(error))
    }
  }

  /** Runs `work` on a channel of its own: when the broker refuses it, nothing else is affected. */
  async withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    return this.attempt((model) => onChannel(model, work))
  }

  /**
   * Runs `work`, and again on the next connection if this one is lost meanwhile, so `work` must be
   * safe to repeat. It is not repeated if the broker refuses it; what a cluster cannot do at the
   * moment is tried for as long as reconnecting is.
   */
  async attempt<T>(
    work: (model: ChannelModel) => Promise<T>,
    recoverable?: Recoverable,
  ): Promise<T> {
    const began = performance.now()
    for (;;) {
      const model = await this.#connected()
      try {
        return await work(model)
      } catch (error) {
        const lost = this.#model !== model
        if (this.#failure !== undefined) throw this.#failure
        const explained = explainOperation(error, lost ? this.#lastError : undefined)
        const tooLate =
          explained.code === 'NO_QUORUM' &&
          performance.now() - began > this.#reconnector.reconnectFor
        if (!lost || tooLate || replyCodeOf(error) !== undefined || this.#wasRefused(recoverable))
          throw explained
      }
    }
  }

  /** Whether the broker closed the connection because of something that this session did. */
  #wasRefused(recoverable?: Recoverable): boolean {
    const error = this.#lastError
    if (error === undefined) return false
    if (recoverable?.causedClose?.(error) === true) return true
    return replyCodeOf(error) !== undefined && !isTransient(error)
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
    const ended = this.ended.then(() => {
      throw this.#failure ?? new MessagingError('CLOSED', 'the session is closed')
    })
    return Promise.race([this.#reconnector.nextConnection(), ended])
  }

  /**
   * Lets everything finish what is in progress, then waits for `lastly`, then closes. Each step waits
   * for the broker for at most the close timeout. Idempotent.
   */
  close(lastly: () => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(lastly)
    return this.#closing
  }

  async #close(lastly: () => Promise<void>): Promise<void> {
    await this.#recoverables.close()
    await fulfilledWithin(this.closeTimeout, lastly())
    const model = this.#model
    const closing = this.#reconnector.close()
    this.#end(new MessagingError('CLOSED', 'the session is closed'))
    await fulfilledWithin(this.closeTimeout, closing)
    // One that has blocked the connection does not read that it has ended.
    destroySocket(model)
  }
}
