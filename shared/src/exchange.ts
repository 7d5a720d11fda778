import type { Channel } from 'amqplib'

import type { Body } from './body.ts'
import { Destination, type Binding, type Link, type MessageOptions } from './destination.ts'
import { checkShortString } from './short-string.ts'

/** By what an exchange chooses its queues. */
export type ExchangeKind = 'direct' | 'fanout' | 'topic' | 'headers'

export interface ExchangeOptions {
  /**
   * Uses an exchange that exists already, whatever its kind and options; rejects with NOT_FOUND when
   * there is none. Default: false.
   */
  readonly passive?: boolean
  /** Survives a restart of the broker. Default: true. */
  readonly durable?: boolean
  /** Goes with its last binding. Default: false. */
  readonly autoDelete?: boolean
  /** Takes messages from other exchanges only. Default: false. */
  readonly internal?: boolean
  /** The exchange that takes what this one cannot route. */
  readonly alternateExchange?: string
}

/** Takes messages and copies each to the queues that are bound to it for its routing key. */
export class Exchange extends Destination {
  readonly name: string
  readonly kind: ExchangeKind
  readonly #options: ExchangeOptions
  #deleted = false

  private constructor(link: Link, name: string, about: ExchangeOptions & { kind: ExchangeKind }) {
    super(link)
    const { kind, ...options } = about
    this.name = name
    this.kind = kind
    this.#options = options
  }

  static async declare(
    link: Link,
    name: string,
    about: ExchangeOptions & { kind: ExchangeKind },
  ): Promise<Exchange> {
    checkShortString('the name of an exchange', name)
    return link.connection.add(new Exchange(link, name, about))
  }

  protected override async declare(channel: Channel): Promise<void> {
    // The default exchange is always there, and RabbitMQ lets nobody declare it.
    if (this.name === '') return
    const { passive = false, ...options } = this.#options
    if (passive) await channel.checkExchange(this.name)
    else await channel.assertExchange(this.name, this.kind, options)
  }

  protected override addBinding(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.bindExchange(this.name, source.name, key, args)
  }

  protected override removeBinding(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.unbindExchange(this.name, source.name, key, args)
  }

  /** Whether `delete` was called: nothing is bound to it then. */
  get deleted(): boolean {
    return this.#deleted
  }

  /**
   * Resolves when the broker has the message in every queue that it routes it to. That may be no
   * queue at all, and then the message is gone: `mandatory: true` makes that an UNROUTABLE error.
   */
  publish(routingKey: string, body: Body, options: MessageOptions = {}): Promise<void> {
    return this.transmit({ exchange: this.name, routingKey }, body, options)
  }

  /** Deletes the exchange with its bindings; a missing one is no error. */
  async delete(): Promise<void> {
    this.#deleted = true
    this.link.connection.remove(this)
    await this.link.connection.withChannel((channel) => channel.deleteExchange(this.name))
  }
}
