import { IllegalOperationError, type ChannelModel, type ConfirmChannel } from 'amqplib'

import type { Connection } from '../connection/connection.ts'
import type { Recoverable } from '../connection/recoverable.ts'
import { explainOperation } from '../errors/explain-operation.ts'
import { callListener } from '../errors/listeners.ts'
import type { MessagingError } from '../errors/messaging-error.ts'
import { ConfirmTimeout, type Unconfirmed } from './confirm-timeout.ts'
import { LinkedList } from './linked-list.ts'
import { identityOf, nacked, unencodable, unroutable, type Outgoing } from './outgoing.ts'

/**
 * The publishing side of a connection. Each message is kept until it is confirmed. Messages that are
 * unconfirmed when the connection is lost are published again on the next one, with the same message
 * ids: nothing is lost, and a consumer can recognize a duplicate.
 */
export class Publisher implements Recoverable {
  /** In the order in which they were published. */
  readonly #unconfirmed = new LinkedList<Unconfirmed>()
  /** How many messages of each identity the broker has returned and not yet confirmed. */
  readonly #returned = new Map<string, number>()
  readonly #connection: Connection
  readonly #timeout: ConfirmTimeout
  readonly #idPrefix = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}-`
  #messageCount = 0
  #channel: ConfirmChannel | undefined
  #failure: MessagingError | undefined
  /** Not sent yet: there is no channel, or the socket is full. */
  #unsent: Unconfirmed[] = []
  #writable = false
  #blocked = false
  /** Whether everything is back on the connection, so that messages can be sent. */
  #isRecovered = false
  #onConfirmed: (() => void) | undefined

  constructor(connection: Connection, timeout: number) {
    this.#connection = connection
    this.#timeout = new ConfirmTimeout({
      messages: this.#unconfirmed,
      connection,
      timeout,
      isPaused: () => this.#blocked || !this.#isRecovered,
      giveUp: (message, error) => {
        this.#finish(message, error)
      },
    })
  }

  /** A message id that no other message has. */
  nextId(): string {
    return this.#idPrefix + (this.#messageCount++).toString(36)
  }

  /** Resolves when the broker has confirmed the message. */
  publish(message: Outgoing): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure)
        return
      }
      const unconfirmed: Unconfirmed = { message, since: performance.now(), resolve, reject }
      this.#timeout.start()
      this.#unconfirmed.add(unconfirmed)
      if (this.#writable) this.#send(unconfirmed)
      else this.#unsent.push(unconfirmed)
    })
  }

  /** Resolves when every message is confirmed. */
  async allConfirmed(): Promise<void> {
    if (this.#unconfirmed.first === undefined) return
    await new Promise<void>((resolve) => {
      this.#onConfirmed = resolve
    })
  }

  async recover(model: ChannelModel): Promise<void> {
    const channel = await model.createConfirmChannel()
    channel.on('error', (error) => {
      this.#channelClosed(channel, error)
    })
    channel.on('return', ({ properties, fields }) => {
      this.#messageReturned(identityOf({ ...fields, options: properties }))
    })
    channel.on('drain', () => {
      if (this.#channel === channel) this.#flush()
    })
    this.#channel = channel
    this.#returned.clear()
  }

  /** Not before the queues and bindings are back, or messages would miss them. */
  recovered(): void {
    this.#isRecovered = true
    this.#unsent = [...this.#unconfirmed]
    this.#restartTimeouts()
    this.#flush()
  }

  connectionLost(): void {
    this.#isRecovered = false
    this.#channel = undefined
    this.#writable = false
    this.#unsent = []
    this.#blocked = false
  }

  sessionEnded(error: MessagingError): void {
    this.connectionLost()
    this.#failure = error
    for (const unconfirmed of this.#unconfirmed) this.#finish(unconfirmed, error)
    this.#timeout.stop()
  }

  /** While the broker blocks publishers no confirm is due. */
  setBlocked(blocked: boolean): void {
    this.#blocked = blocked
    this.#restartTimeouts()
  }

  #restartTimeouts(): void {
    const now = performance.now()
    for (const unconfirmed of this.#unconfirmed) unconfirmed.since = now
  }

  #flush(): void {
    this.#writable = true
    let sent = 0
    const unsent = this.#unsent
    for (const unconfirmed of unsent) {
      if (!this.#writable) break
      this.#send(unconfirmed)
      sent += 1
    }
    unsent.splice(0, sent)
  }

  #send(unconfirmed: Unconfirmed): void {
    const channel = this.#channel
    if (channel === undefined) return
    const { exchange, routingKey, content, options } = unconfirmed.message
    try {
      this.#writable = channel.publish(exchange, routingKey, content, options, (error: unknown) => {
        if (error === null) this.#confirmed(unconfirmed)
        // Any other error is the end of the channel, which is dealt with elsewhere.
        else if (error instanceof Error && error.message === 'message nacked')
          this.#finish(unconfirmed, nacked(unconfirmed.message))
      })
    } catch (error) {
      // A channel that is being closed throws; its messages wait for the next one.
      if (error instanceof Error && !(error instanceof IllegalOperationError))
        this.#finish(unconfirmed, unencodable(unconfirmed.message, error))
    }
  }

  /** A mandatory message is returned just before it is confirmed. */
  #messageReturned(identity: string): void {
    this.#returned.set(identity, (this.#returned.get(identity) ?? 0) + 1)
    for (const { message } of this.#unconfirmed) {
      if (message.onReturned === undefined || identityOf(message) !== identity) continue
      callListener(message.onReturned)
      return
    }
  }

  #confirmed(unconfirmed: Unconfirmed): void {
    const { message } = unconfirmed
    const returned = this.#returned.size > 0 && this.#wasReturned(identityOf(message))
    this.#finish(unconfirmed, returned ? unroutable(message) : undefined)
  }

  #wasReturned(identity: string): boolean {
    const count = this.#returned.get(identity) ?? 0
    if (count > 1) this.#returned.set(identity, count - 1)
    else this.#returned.delete(identity)
    return count > 0
  }

  #finish(unconfirmed: Unconfirmed, error?: MessagingError): void {
    this.#unconfirmed.remove(unconfirmed)
    if (error === undefined) unconfirmed.resolve()
    else unconfirmed.reject(error)
    if (this.#unconfirmed.first === undefined) this.#onConfirmed?.()
  }

  /**
   * The broker closed the channel because of one of the messages. If it says which ones it means, the
   * other messages are published again; otherwise it may be any of them, and all are rejected.
   */
  #channelClosed(channel: ConfirmChannel, error: Error): void {
    if (this.#channel !== channel) return
    this.connectionLost()
    const explained = explainOperation(error)
    const isMeant = meantBy(error.message)
    for (const unconfirmed of this.#unconfirmed)
      if (isMeant(unconfirmed.message)) this.#finish(unconfirmed, explained)
    void this.#connection.reopen(this)
  }
}

/** Which messages the broker can mean: those for a missing exchange, or those that are too large. */
function meantBy(reason: string): (message: Outgoing) => boolean {
  const missing = /no exchange '([^']*)'/.exec(reason)?.[1]
  if (missing !== undefined) return ({ exchange }) => exchange === missing
  const largest = /larger than configured max size (\d+)/.exec(reason)?.[1]
  if (largest !== undefined) return ({ content }) => content.length > Number(largest)
  return () => true
}
