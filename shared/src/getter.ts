import type { Channel, ChannelModel } from 'amqplib'

import { closeQuietly, settleOn } from './channel.ts'
import type { Resident } from './connection.ts'
import { Delivery } from './delivery.ts'
import { MessagingError } from './errors.ts'
import { explainOperation } from './explain.ts'

/** The channel for taking single messages: it stays open until they are settled. */
export class Getter implements Resident {
  #channel: Channel | undefined

  async resume(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel()
    channel.on('error', () => {})
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined
    })
    this.#channel = channel
  }

  async close(): Promise<void> {
    // The last acknowledgement must not be overtaken by the end of the connection.
    await closeQuietly(this.#channel)
  }

  async get(queue: string): Promise<Delivery | undefined> {
    const channel = this.#channel
    if (channel === undefined)
      throw new MessagingError('CHANNEL_CLOSED', 'the channel for getting messages is closed')
    try {
      const message = await channel.get(queue)
      if (message === false) return undefined
      return new Delivery(message, (delivery, how, requeue) =>
        settleOn(channel, delivery.message, { how, requeue }),
      )
    } catch (error) {
      throw explainOperation(error)
    }
  }
}
