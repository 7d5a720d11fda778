import type { Channel, ChannelModel, GetMessage } from 'amqplib'

import { closeQuietly } from '../connection/channel.ts'
import type { Connection } from '../connection/connection.ts'
import type { Recoverable } from '../connection/recoverable.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import type { ConsumedQueue } from './consumed.ts'
import { Delivery, settleOn } from './delivery.ts'

/** The channel for basic.get: it stays open, because deliveries are settled on it. */
export class GetChannel implements Recoverable {
  readonly #connection: Connection
  #channel: Channel | undefined
  #opening: Promise<unknown> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async recover(model: ChannelModel): Promise<void> {
    if (this.#channel !== undefined) return
    const channel = await model.createChannel()
    channel.on('error', () => {})
    // Each get in progress has a listener.
    channel.setMaxListeners(0)
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined
    })
    this.#channel = channel
  }

  connectionLost(): void {
    this.#channel = undefined
  }

  async close(): Promise<void> {
    // The last acknowledgement must not be overtaken by the end of the connection.
    await closeQuietly(this.#channel, this.#connection.closeTimeout)
  }

  /** One message, or undefined if the queue is empty. */
  async get({ name, countsDeliveries }: ConsumedQueue): Promise<Delivery | undefined> {
    // A message that was lost on its way is requeued by the broker.
    return this.#connection.attempt(async () => {
      const channel = await this.#open()
      const message = await getOn(channel, name)
      if (message === false) return undefined
      return new Delivery(message, settleOn(channel), { countsDeliveries })
    })
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

/** amqplib's get never ends when the channel closes in the middle of the message; the event comes anyway. */
async function getOn(channel: Channel, queue: string): Promise<GetMessage | false> {
  let fail: (error: Error) => void
  const closed = new Promise<never>((_, reject) => (fail = reject))
  const onClose = (): void => fail(new Error('Channel closed'))
  channel.once('close', onClose)
  try {
    return await Promise.race([channel.get(queue), closed])
  } finally {
    channel.off('close', onClose)
  }
}
