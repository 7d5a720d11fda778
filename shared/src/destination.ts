import { isDeepStrictEqual } from 'node:util'

import type { Channel, ChannelModel, Options } from 'amqplib'

import { encodeBody, type Body } from './body.ts'
import { onChannel } from './channel.ts'
import type { Connection } from './connection.ts'
import { MessagingError } from './errors.ts'
import { encodeHeaders, type Headers } from './headers.ts'
import type { Publisher } from './publisher.ts'
import type { Resident } from './resident.ts'
import { checkShortString } from './short-string.ts'

/** What may be said of a message beside its body; all of it travels with it. */
export interface MessageOptions {
  /** Rejects with UNROUTABLE when no queue takes the message. A queue's default is true. */
  readonly mandatory?: boolean
  /** Called when a mandatory message comes back; its confirm, and with that the error, is next. */
  readonly onReturned?: () => void
  /** Survives a restart of the broker, in a durable queue. Default: true. */
  readonly persistent?: boolean
  /** Text, numbers, booleans, null, Buffers, lists and tables; a Date is sent in whole seconds. */
  readonly headers?: Headers
  /** Milliseconds after which nobody wants the message any more. */
  readonly expiration?: number
  /** The higher, the sooner; 0 to 31 in a quorum queue. */
  readonly priority?: number
  readonly correlationId?: string
  readonly replyTo?: string
  /** Default: a new one; a duplicate has the same. */
  readonly messageId?: string
  /** Default: what the kind of body says. */
  readonly contentType?: string
  readonly type?: string
}

/** An exchange that a destination gets messages from. */
export interface BindingSource {
  readonly name: string
  readonly deleted: boolean
}

/** By what a destination chooses among the messages of an exchange. */
export interface Binding {
  readonly source: BindingSource
  readonly key: string
  readonly arguments: Headers
}

/** What a destination needs of the session that it belongs to. */
export interface Link {
  readonly connection: Connection
  readonly publisher: Publisher
}

/**
 * Where messages go: what a queue and an exchange have in common. A destination is declared when it
 * is made, and again on each new connection, so that a broker that lost it has it back.
 */
export abstract class Destination implements Resident {
  protected readonly link: Link
  #bindings: readonly Binding[] = []

  protected constructor(link: Link) {
    this.link = link
  }

  abstract readonly name: string

  /** Says to the broker what this is; it may be said any number of times. */
  protected abstract declare(channel: Channel): Promise<void>

  protected abstract addBinding(channel: Channel, binding: Binding): Promise<unknown>

  protected abstract removeBinding(channel: Channel, binding: Binding): Promise<unknown>

  async resume(model: ChannelModel): Promise<void> {
    await onChannel(model, (channel) => this.declare(channel))
  }

  async rebind(model: ChannelModel): Promise<void> {
    if (this.#bindings.length > 0) await onChannel(model, (channel) => this.#bindAll(channel))
  }

  async #bindAll(channel: Channel): Promise<void> {
    for (const binding of this.#bindings)
      if (!binding.source.deleted) await this.addBinding(channel, binding)
  }

  /** Says it once more: what somebody deleted is there again, and what goes when idle stays. */
  async redeclare(): Promise<void> {
    await this.link.connection.withChannel(async (channel) => {
      await this.declare(channel)
      await this.#bindAll(channel)
    })
  }

  /** Asks an exchange for the messages of some keys; none is the empty key, as for a fanout. */
  bind(exchange: BindingSource, ...keys: readonly string[]): Promise<this> {
    return this.#bind(bindingsOf(exchange, keys))
  }

  /** Asks a headers exchange for the messages whose headers match; `x-match` says all or any. */
  bindHeaders(exchange: BindingSource, headers: Headers): Promise<this> {
    return this.#bind([{ source: exchange, key: '', arguments: headers }])
  }

  /** The opposite of `bind`, with the same keys. A missing binding is no error. */
  unbind(exchange: BindingSource, ...keys: readonly string[]): Promise<this> {
    return this.#unbind(bindingsOf(exchange, keys))
  }

  /** The opposite of `bindHeaders`, with the same headers. A missing binding is no error. */
  unbindHeaders(exchange: BindingSource, headers: Headers): Promise<this> {
    return this.#unbind([{ source: exchange, key: '', arguments: headers }])
  }

  async #bind(bindings: readonly Binding[]): Promise<this> {
    for (const { key } of bindings) checkShortString('a routing key', key)
    await this.link.connection.withChannel(async (channel) => {
      for (const binding of bindings) await this.addBinding(channel, binding)
    })
    this.#bindings = [...without(this.#bindings, bindings), ...bindings]
    return this
  }

  async #unbind(bindings: readonly Binding[]): Promise<this> {
    for (const { key } of bindings) checkShortString('a routing key', key)
    await this.link.connection.withChannel(async (channel) => {
      for (const binding of bindings) await this.removeBinding(channel, binding)
    })
    this.#bindings = without(this.#bindings, bindings)
    return this
  }

  /** Resolves when the broker has confirmed that it has the message. */
  protected transmit(
    { exchange, routingKey }: { readonly exchange: string; readonly routingKey: string },
    body: Body,
    message: MessageOptions,
  ): Promise<void> {
    try {
      const { content, contentType } = encodeBody(body)
      const defaults: Options.Publish = { persistent: true, contentType }
      const options = Object.assign(defaults, message)
      if (message.headers !== undefined) options.headers = encodeHeaders(message.headers)
      options.messageId ??= this.link.publisher.nextId()
      const { onReturned } = message
      return this.link.publisher.publish({ exchange, routingKey, content, options, onReturned })
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      const explained = `the body cannot be sent: ${text}`
      return Promise.reject(new MessagingError('CONTENT_REFUSED', explained, { cause: error }))
    }
  }
}

function bindingsOf(source: BindingSource, keys: readonly string[]): Binding[] {
  return (keys.length === 0 ? [''] : keys).map((key) => ({ source, key, arguments: {} }))
}

function without(bindings: readonly Binding[], removed: readonly Binding[]): Binding[] {
  return bindings.filter((binding) => !removed.some((each) => isSame(each, binding)))
}

function isSame(a: Binding, b: Binding): boolean {
  return (
    a.source.name === b.source.name &&
    a.key === b.key &&
    isDeepStrictEqual(a.arguments, b.arguments)
  )
}
