import type { Channel, Options } from 'amqplib'

import { onChannel } from '../connection/channel.ts'
import type { Connection } from '../connection/connection.ts'
import type { Recoverable } from '../connection/recoverable.ts'
import { encodeBody, unsendable, type Body } from '../messages/body.ts'
import { encodeHeaders, type Headers } from '../messages/headers.ts'
import type { MessageOptions } from '../messages/message-options.ts'
import type { Publisher } from '../publishing/publisher.ts'
import {
  bindingByHeaders,
  bindingsByKey,
  without,
  type Binding,
  type BindingSource,
} from './bindings.ts'

/** What a queue or an exchange uses of the session that it belongs to. */
export interface SessionParts {
  readonly connection: Connection
  readonly publisher: Pick<Publisher, 'nextId' | 'publish'>
}

/**
 * What a {@link Queue} and an {@link Exchange} have in common: messages are sent to it, and it can be
 * bound to exchanges. It is declared when it is made, and again, with its bindings, on each new
 * connection, so that a broker that has lost it has it back.
 */
export abstract class Destination {
  protected readonly session: SessionParts
  protected readonly recoverable: Recoverable = {
    recover: (model) => onChannel(model, (channel) => this.declareOn(channel)),
    recoverBindings: async (model) => {
      if (this.#bindings.length > 0) await onChannel(model, (channel) => this.#bindAll(channel))
    },
  }
  #bindings: readonly Binding[] = []

  protected constructor(session: SessionParts) {
    this.session = session
  }

  /** Its name at the broker. */
  abstract readonly name: string

  protected abstract declareOn(channel: Channel): Promise<void>

  protected abstract bindOn(channel: Channel, binding: Binding): Promise<unknown>

  protected abstract unbindOn(channel: Channel, binding: Binding): Promise<unknown>

  /**
   * Declares it again, with its bindings: brings it back if it was deleted, and counts as use for a
   * queue that expires.
   */
  async redeclare(): Promise<void> {
    await this.session.connection.withChannel(async (channel) => {
      await this.declareOn(channel)
      await this.#bindAll(channel)
    })
  }

  async #bindAll(channel: Channel): Promise<void> {
    for (const binding of this.#bindings)
      if (!binding.source.deleted) await this.bindOn(channel, binding)
  }

  /**
   * Asks an exchange for the messages with some routing keys: exact ones for a direct exchange,
   * patterns with * and # for a topic exchange, none for a fanout. Rejects with NOT_FOUND if the
   * exchange is gone.
   *
   * @example
   * await queue.bind(await session.exchange('events', 'topic'), 'order.*', 'invoice.#')
   */
  bind(exchange: BindingSource, ...keys: readonly string[]): Promise<this> {
    return this.#bind(() => bindingsByKey(exchange, keys))
  }

  /**
   * Asks a headers exchange for the messages with these headers; null asks for a header whatever its
   * value. `x-match` says how many must match: all (the default) or any, all-with-x or any-with-x.
   *
   * @example
   * await queue.bindHeaders(reports, { 'x-match': 'all', type: 'report', format: 'pdf' })
   */
  bindHeaders(exchange: BindingSource, headers: Headers): Promise<this> {
    return this.#bind(() => [bindingByHeaders(exchange, headers)])
  }

  /** Removes bindings that `bind` has made, here or elsewhere. A missing one is not an error. */
  unbind(exchange: BindingSource, ...keys: readonly string[]): Promise<this> {
    return this.#unbind(() => bindingsByKey(exchange, keys))
  }

  /** Removes a binding that `bindHeaders` has made. A missing one is not an error. */
  unbindHeaders(exchange: BindingSource, headers: Headers): Promise<this> {
    return this.#unbind(() => [bindingByHeaders(exchange, headers)])
  }

  async #bind(bindingsOf: () => readonly Binding[]): Promise<this> {
    const bindings = bindingsOf()
    await this.session.connection.withChannel(async (channel) => {
      for (const binding of bindings) await this.bindOn(channel, binding)
    })
    this.#bindings = [...without(this.#bindings, bindings), ...bindings]
    return this
  }

  async #unbind(bindingsOf: () => readonly Binding[]): Promise<this> {
    const bindings = bindingsOf()
    await this.session.connection.withChannel(async (channel) => {
      for (const binding of bindings) await this.unbindOn(channel, binding)
    })
    this.#bindings = without(this.#bindings, bindings)
    return this
  }

  /** Resolves when the broker has confirmed the message. */
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
      options.messageId ??= this.session.publisher.nextId()
      const { onReturned } = message
      return this.session.publisher.publish({ exchange, routingKey, content, options, onReturned })
    } catch (error) {
      return Promise.reject(unsendable(error))
    }
  }
}
