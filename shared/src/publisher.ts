import {
  IllegalOperationError,
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
} from 'amqplib'

import type { Connection } from './connection.ts'
import { Delivery } from './delivery.ts'
import { MessagingError } from './errors.ts'
import { explainOperation } from './explain.ts'
import {
  identity,
  nacked,
  unconfirmedWithin,
  unroutable,
  unwritable,
  type Outgoing,
} from './outgoing.ts'
import type { Resident } from './resident.ts'
import { safely } from './safely.ts'
import { WaitingList, type Waiting } from './waiting-list.ts'

interface Unconfirmed extends Waiting<Unconfirmed> {
  readonly message: Outgoing
  /** When it was written, or last could have been. */
  since: number
  readonly resolve: () => void
  readonly reject: (error: MessagingError) => void
}

/** RabbitMQ's name for the channel that a request was published on. */
const directReplyTo = 'amq.rabbitmq.reply-to'

/**
 * The publishing side of a connection. Each message is kept until its confirm has come; what is
 * unconfirmed when the connection breaks is published again on the next one, with the same message
 * id, so nothing is forgotten and a consumer can tell a duplicate.
 */
export class Publisher implements Resident {
  /** In the order in which they were published. */
  readonly #unconfirmed = new WaitingList<Unconfirmed>()
  /** How many with this id and address the broker returned, and has still to confirm. */
  readonly #returned = new Map<string, number>()
  readonly #connection: Connection
  readonly #confirmTimeout: number
  readonly #idPrefix = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}-`
  #count = 0
  #channel: ConfirmChannel | undefined
  #failure: MessagingError | undefined
  /** Not written yet: there is no channel, or its buffer is full. */
  #unsent: Unconfirmed[] = []
  #writable = false
  #blocked = false
  #watchdog: NodeJS.Timeout | undefined
  /** The message that waits longest, since when it does, and how many brokers were left over it. */
  #oldest: { readonly unconfirmed: Unconfirmed; readonly since: number; left: number } | undefined
  #idle: (() => void) | undefined
  #onReply: ((reply: Delivery) => void) | undefined
  #listening: ConfirmChannel | undefined

  constructor(connection: Connection, confirmTimeout: number) {
    this.#connection = connection
    this.#confirmTimeout = confirmTimeout
  }

  /** A message id that no other message has. */
  nextId(): string {
    return this.#idPrefix + (this.#count++).toString(36)
  }

  /** Resolves on the broker's confirm. */
  publish(message: Outgoing): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure)
        return
      }
      const unconfirmed: Unconfirmed = { message, since: performance.now(), resolve, reject }
      this.#watchdog ??= this.#watch()
      this.#unconfirmed.add(unconfirmed)
      if (this.#writable) this.#transmit(unconfirmed)
      else this.#unsent.push(unconfirmed)
    })
  }

  /** Resolves when nothing waits for its confirm any more. */
  async settled(): Promise<void> {
    if (this.#unconfirmed.first === undefined) return
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
  }

  /** Consumes the replies on the channel that publishes: Direct Reply-to works on that one alone. */
  async replies(onReply: (reply: Delivery) => void): Promise<string> {
    if (this.#onReply !== undefined)
      throw new MessagingError('LOCKED', 'the replies of this session have a handler already', {
        remedy: 'open another session',
      })
    this.#onReply = onReply
    try {
      await this.#connection.withChannel(() => this.#listen())
    } catch (error) {
      this.#onReply = undefined
      throw error
    }
    return directReplyTo
  }

  async #listen(): Promise<void> {
    const channel = this.#channel
    const onReply = this.#onReply
    if (channel === undefined || onReply === undefined || this.#listening === channel) return
    this.#listening = channel
    const heard = (message: ConsumeMessage | null): void => {
      if (message === null) return
      safely(() => {
        onReply(new Delivery(message, 'auto-ack'))
      })
    }
    await channel.consume(directReplyTo, heard, { noAck: true })
  }

  async resume(model: ChannelModel): Promise<void> {
    const channel = await model.createConfirmChannel()
    channel.on('error', (error) => {
      this.#refused(channel, error)
    })
    channel.on('return', ({ properties, fields }) => {
      this.#cameBack(identity({ ...fields, options: properties }))
    })
    channel.on('drain', () => {
      if (this.#channel === channel) this.#flush()
    })
    this.#channel = channel
    this.#returned.clear()
    // Before the requests that are sent again: the broker refuses one without a listener.
    await this.#listen()
  }

  /** Not before the queues and bindings are back, or messages would miss them. */
  restored(): void {
    this.#unsent = [...this.#unconfirmed]
    this.#startWaiting()
    this.#flush()
  }

  suspend(): void {
    this.#channel = undefined
    this.#writable = false
    this.#unsent = []
    this.#blocked = false
  }

  end(error: MessagingError): void {
    this.suspend()
    this.#failure = error
    for (const unconfirmed of this.#unconfirmed) this.#done(unconfirmed, error)
    this.#stopWatching()
  }

  /** While the broker blocks publishers (it is short of memory or disk) no confirm is due. */
  block(blocked: boolean): void {
    this.#blocked = blocked
    this.#startWaiting()
  }

  #startWaiting(): void {
    const now = performance.now()
    for (const unconfirmed of this.#unconfirmed) unconfirmed.since = now
  }

  #flush(): void {
    this.#writable = true
    let sent = 0
    const waiting = this.#unsent
    for (const unconfirmed of waiting) {
      if (!this.#writable) break
      this.#transmit(unconfirmed)
      sent += 1
    }
    waiting.splice(0, sent)
  }

  #transmit(unconfirmed: Unconfirmed): void {
    const channel = this.#channel
    if (channel === undefined) return
    const { exchange, routingKey, content, options } = unconfirmed.message
    try {
      this.#writable = channel.publish(exchange, routingKey, content, options, (error: unknown) => {
        if (error === null) this.#confirmed(unconfirmed)
        // Any other error is the channel's end, which resume, refused and end deal with.
        else if (error instanceof Error && error.message === 'message nacked')
          this.#done(unconfirmed, nacked(unconfirmed.message))
      })
    } catch (error) {
      // A channel that is just being closed throws; its messages wait for the next one.
      if (error instanceof Error && !(error instanceof IllegalOperationError))
        this.#done(unconfirmed, unwritable(unconfirmed.message, error))
    }
  }

  /** A mandatory message comes back just before its confirm. */
  #cameBack(id: string): void {
    this.#returned.set(id, (this.#returned.get(id) ?? 0) + 1)
    for (const { message } of this.#unconfirmed) {
      if (message.onReturned === undefined || identity(message) !== id) continue
      safely(message.onReturned)
      return
    }
  }

  #confirmed(unconfirmed: Unconfirmed): void {
    const { message } = unconfirmed
    const returned = this.#returned.size > 0 && this.#takeReturned(identity(message))
    this.#done(unconfirmed, returned ? unroutable(message) : undefined)
  }

  #takeReturned(id: string): boolean {
    const count = this.#returned.get(id) ?? 0
    if (count > 1) this.#returned.set(id, count - 1)
    else this.#returned.delete(id)
    return count > 0
  }

  #done(unconfirmed: Unconfirmed, error?: MessagingError): void {
    this.#unconfirmed.remove(unconfirmed)
    if (error === undefined) unconfirmed.resolve()
    else unconfirmed.reject(error)
    if (this.#unconfirmed.first === undefined) this.#idle?.()
  }

  /**
   * The broker closed the channel over one of the messages. It names a missing exchange, and then
   * the others are published again; else it may be any of them, and all are rejected.
   */
  #refused(channel: ConfirmChannel, error: Error): void {
    if (this.#channel !== channel) return
    this.suspend()
    const explained = explainOperation(error)
    const missing = /no exchange '([^']*)'/.exec(error.message)?.[1]
    for (const unconfirmed of this.#unconfirmed)
      if (missing === undefined || unconfirmed.message.exchange === missing)
        this.#done(unconfirmed, explained)
    void this.#connection.reopen(this)
  }

  /** A broker that takes a message and never confirms must not make anybody wait for ever. */
  #watch(): NodeJS.Timeout {
    const look = (): void => {
      if (this.#unconfirmed.first === undefined) this.#stopWatching()
      else if (!this.#blocked && this.#channel !== undefined) this.#dealWithLate()
    }
    return setInterval(look, Math.min(1000, this.#share / 2)).unref()
  }

  #stopWatching(): void {
    clearInterval(this.#watchdog)
    this.#watchdog = undefined
  }

  /** The part of the confirm timeout that each broker of the list has. */
  get #share(): number {
    return this.#confirmTimeout / this.#connection.brokers
  }

  /**
   * A node that is cut off from its fellows takes messages and cannot confirm them; another one of
   * the list may. It is known by the oldest message, which stays the oldest: of a broker that is
   * merely slow it does not.
   */
  #dealWithLate(): void {
    const now = performance.now()
    const unconfirmed = this.#unconfirmed.first
    if (unconfirmed === undefined) return
    if (this.#oldest?.unconfirmed !== unconfirmed)
      this.#oldest = { unconfirmed, since: now, left: 0 }
    const { since, left } = this.#oldest
    const waited = now - Math.max(since, unconfirmed.since)
    if (left === this.#connection.brokers - 1 || waited < this.#share) {
      this.#giveUpLate(now, left)
      return
    }
    this.#oldest.left += 1
    this.#connection.leave(`no confirm for ${(waited / 1000).toFixed(1)} s`)
  }

  #giveUpLate(now: number, left: number): void {
    const limit = this.#confirmTimeout - left * this.#share
    for (const unconfirmed of this.#unconfirmed) {
      const waited = now - unconfirmed.since
      if (waited < limit) return
      this.#done(unconfirmed, unconfirmedWithin(waited, left > 0))
    }
  }
}
