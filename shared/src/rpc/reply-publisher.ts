import { IllegalOperationError, type Channel, type ChannelModel } from 'amqplib'

import { closeQuietly } from '../connection/channel.ts'
import type { Connection } from '../connection/connection.ts'
import type { Recoverable } from '../connection/recoverable.ts'
import { unencodable, type Outgoing } from '../publishing/outgoing.ts'
import type { SessionParts } from '../topology/destination.ts'

/**
 * The broker may refuse larger messages than this (in bytes), and then closes their channel. Replies that
 * were sent after that one would be lost with it.
 */
const certainlyAccepted = 1024 * 1024

/**
 * Publishes replies that nobody asks about again, on a channel without confirms: that saves the broker
 * and the server the work. The session's publisher does it for large replies, and while the channel is
 * not open.
 */
export class ReplyPublisher implements Recoverable {
  readonly #connection: Connection
  readonly #confirmed: SessionParts['publisher']
  #channel: Channel | undefined

  private constructor({ connection, publisher }: SessionParts) {
    this.#connection = connection
    this.#confirmed = publisher
  }

  static open(session: SessionParts): Promise<ReplyPublisher> {
    return session.connection.add(new ReplyPublisher(session))
  }

  async recover(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel()
    channel.on('error', () => {
      // The broker refused a reply, and closed the channel: its client gets no reply.
      if (this.#channel === channel) void this.#reopen()
    })
    this.#channel = channel
  }

  connectionLost(): void {
    this.#channel = undefined
  }

  nextId(): string {
    return this.#confirmed.nextId()
  }

  /** Resolves when the message is on its way. */
  publish(message: Outgoing): Promise<void> {
    const { exchange, routingKey, content, options } = message
    if (this.#channel === undefined || content.length > certainlyAccepted)
      return this.#confirmed.publish(message)
    try {
      // A handler may use its buffer again, and nothing would tell it that this reply is sent.
      this.#channel.publish(exchange, routingKey, Buffer.from(content), options)
      return Promise.resolve()
    } catch (error) {
      if (error instanceof IllegalOperationError) return this.#confirmed.publish(message)
      return Promise.reject(error instanceof Error ? unencodable(message, error) : error)
    }
  }

  async #reopen(): Promise<void> {
    this.#channel = undefined
    await this.#connection.reopen(this)
  }

  /** The broker has every reply when this resolves. */
  async close(): Promise<void> {
    const channel = this.#channel
    this.#channel = undefined
    this.#connection.remove(this)
    await closeQuietly(channel, this.#connection.closeTimeout)
  }
}
