import type { Channel } from 'amqplib'

import type { Body } from '../messages/body.ts'
import type { MessageOptions } from '../messages/message-options.ts'
import { checkShortString } from '../messages/short-string.ts'
import type { Binding, BindingSource } from './bindings.ts'
import { Destination, type SessionParts } from './destination.ts'

/**
 * How an exchange chooses the queues of a message: by equal routing keys (direct), all of them
 * (fanout), by patterns of routing keys (topic), or by its headers.
 */
export type ExchangeKind = 'direct' | 'fanout' | 'topic' | 'headers'

/** The options of {@link Session.exchange}. */
export interface ExchangeOptions {
  /**
   * Uses an existing exchange as it is: kind and other options are not compared with it. Rejects
   * with NOT_FOUND if there is none. Default: false.
   */
  readonly passive?: boolean
  /** Whether it survives a restart of the broker. Default: true. */
  readonly durable?: boolean
  /** Whether it is deleted with its last binding. Default: false. */
  readonly autoDelete?: boolean
  /** Whether only other exchanges can publish to it. Default: false. */
  readonly internal?: boolean
  /** The exchange that receives the messages that reach no queue here. Default: none. */
  readonly alternateExchange?: string
}

/**
 * Copies each message to the queues that are bound to it for that message.
 *
 * @example
 * const events = await session.exchange('events', 'topic')
 * await events.publish('order.created', { id: 17 })
 */
export class Exchange extends Destination implements BindingSource {
  /** '' is the default exchange. */
  readonly name: string
  readonly kind: ExchangeKind
  readonly #options: ExchangeOptions
  #deleted = false

  private constructor(
    session: SessionParts,
    name: string,
    { kind, ...options }: ExchangeOptions & { readonly kind: ExchangeKind },
  ) {
    super(session)
    this.name = name
    this.kind = kind
    this.#options = options
  }

  /** @internal Use `session.exchange`. */
  static async declare(
    session: SessionParts,
    name: string,
    options: ExchangeOptions & { readonly kind: ExchangeKind },
  ): Promise<Exchange> {
    checkShortString('the name of an exchange', name)
    const { alternateExchange: alternate } = options
    if (alternate !== undefined) checkShortString('alternateExchange', alternate, nameOf(alternate))
    const exchange = new Exchange(session, name, options)
    await session.connection.add(exchange.recoverable)
    return exchange
  }

  protected override async declareOn(channel: Channel): Promise<void> {
    // The default exchange always exists, and cannot be declared.
    if (this.name === '') return
    const { passive = false, ...options } = this.#options
    if (passive) await channel.checkExchange(this.name)
    else await channel.assertExchange(this.name, this.kind, options)
  }

  protected override bindOn(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.bindExchange(this.name, source.name, key, args)
  }

  protected override unbindOn(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.unbindExchange(this.name, source.name, key, args)
  }

  /** Whether `delete` was called here. */
  get deleted(): boolean {
    return this.#deleted
  }

  /**
   * Publishes a message. Resolves when the broker has confirmed it: it is in every queue that it was
   * routed to. That may be none, and then it is gone; with `mandatory: true` that is an error.
   *
   * Rejects with UNROUTABLE (mandatory, and no queue is bound for it), NACKED (a queue is full),
   * TIMEOUT (no confirm in time), NOT_FOUND (the exchange is gone), CONTENT_REFUSED (the body cannot
   * be encoded), or with what ended the session.
   */
  publish(routingKey: string, body: Body, options: MessageOptions = {}): Promise<void> {
    return this.transmit({ exchange: this.name, routingKey }, body, options)
  }

  /** Deletes the exchange with its bindings. A missing one is not an error. */
  async delete(): Promise<void> {
    this.#deleted = true
    this.session.connection.remove(this.recoverable)
    await this.session.connection.withChannel((channel) => channel.deleteExchange(this.name))
  }
}

function nameOf(alternate: unknown): string {
  const name = alternate instanceof Exchange ? `: "${alternate.name}"` : ''
  return `pass the name of the exchange${name}`
}
