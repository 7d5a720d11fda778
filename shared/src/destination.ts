import type { Channel, ChannelModel, Options } from 'amqplib'

import { encodeBody, type Body } from './body.ts'
import { onChannel } from './channel.ts'
import type { Connection } from './connection.ts'
import { MessagingError } from './errors.ts'
import { encodeHeaders, type Headers } from './headers.ts'
import type { Publisher } from './publisher.ts'
import type { Resident } from './resident.ts'

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

  protected constructor(link: Link) {
    this.link = link
  }

  abstract readonly name: string

  /** Says to the broker what this is; it may be said any number of times. */
  protected abstract declare(channel: Channel): Promise<void>

  async resume(model: ChannelModel): Promise<void> {
    await onChannel(model, (channel) => this.declare(channel))
  }

  /** Says it once more: what somebody deleted is there again, and what goes when idle stays. */
  async redeclare(): Promise<void> {
    await this.link.connection.withChannel((channel) => this.declare(channel))
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
