import type { Channel, ChannelModel } from 'amqplib'

import { closeQuietly, settleOn } from './channel.ts'
import type { Connection } from './connection.ts'
import { Delivery, type Settle } from './delivery.ts'
import { MessagingError } from './errors.ts'
import { explainOperation } from './explain.ts'
import type { Resident } from './resident.ts'

/** The channel for taking single messages: it stays open until they are settled. */
export class Getter implements Resident {
  readonly #connection: Connection
  #channel: Channel | undefined
  #opening: Promise<unknown> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async resume(model: ChannelModel): Promise<void> {
    if (this.#channel !== undefined) return
    const channel = await model.createChannel()
    channel.on('error', () => {})
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined
    })
    this.#channel = channel
  }

  suspend(): void {
    this.#channel = undefined
  }

  async close(): Promise<void> {
    // The last acknowledgement must not be overtaken by the end of the connection.
    await closeQuietly(this.#channel, this.#connection.closeTimeout)
  }

  async get(queue: {
    readonly name: string
    readonly countsDeliveries: boolean
  }): Promise<Delivery | undefined> {
    const channel = await this.#open()
    try {
      const message = await channel.get(queue.name)
      if (message === false) return undefined
      const settle: Settle = (delivery, how, requeue) =>
        settleOn(channel, delivery.message, { how, requeue })
      return new Delivery(message, settle, { counted: queue.countsDeliveries })
    } catch (error) {
      throw explainOperation(error)
    }
  }

  async #open(): Promise<Channel> {
    if (this.#channel === undefined) {
      this.#opening ??= this.#connection.add(this)
      try {
        await this.#opening
      } finally {
        this.#opening = undefined
      }
    }
    if (this.#channel !== undefined) return this.#channel
    throw new MessagingError('CHANNEL_CLOSED', 'the channel for getting messages is closed')
  }
}
