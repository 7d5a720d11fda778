import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'

import { closeQuietly, fulfilledWithin } from '../connection/channel.ts'
import type { ConsumeOptions } from './consume-options.ts'
import { settleOn, type Settle } from './delivery.ts'

/** What happens to a consumer. */
export interface ConsumerEvents {
  received(message: ConsumeMessage): void
  /** The broker cancelled the consumer. */
  cancelled(): void
  /** The broker closed the channel of the consumer. */
  closed(error: Error): void
}

/** One consumer as the broker knows it: a channel and a tag. It does not outlive its connection. */
export class ChannelConsumer {
  readonly settle: Settle
  readonly #channel: Channel
  readonly #events: ConsumerEvents
  #tag: string | undefined
  #earlyError: Error | undefined

  private constructor(channel: Channel, events: ConsumerEvents) {
    this.#channel = channel
    this.#events = events
    this.settle = settleOn(channel)
    channel.on('error', (error) => {
      // Before it has a tag, consume rejects with the error.
      if (this.#tag === undefined) this.#earlyError = error
      else events.closed(error)
    })
  }

  /** Opens the channel; nothing is consumed yet. */
  static async open(
    model: ChannelModel,
    prefetch: number,
    events: ConsumerEvents,
  ): Promise<ChannelConsumer> {
    const channel = await model.createChannel()
    const consumer = new ChannelConsumer(channel, events)
    await channel.prefetch(Math.min(prefetch, 65_535))
    return consumer
  }

  async consume(
    queue: string,
    { autoAck = false, priority }: ConsumeOptions,
    args: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const { consumerTag } = await this.#channel.consume(
      queue,
      (message) => {
        if (message === null) this.#events.cancelled()
        else this.#events.received(message)
      },
      { noAck: autoAck, ...(priority !== undefined && { priority }), arguments: args },
    )
    // One read of the socket may contain the answer to consume and the end of the channel.
    if (this.#earlyError !== undefined) throw this.#earlyError
    this.#tag = consumerTag
  }

  /** Acknowledges a message that nobody has to work on. */
  ack(message: ConsumeMessage): void {
    this.#channel.ack(message)
  }

  /** Resolves when no further message can arrive, or after `timeout` milliseconds. */
  async cancel(timeout: number): Promise<void> {
    if (this.#tag !== undefined) await fulfilledWithin(timeout, this.#channel.cancel(this.#tag))
  }

  /** Closes the channel: the broker requeues what is not settled. */
  async close(timeout?: number): Promise<void> {
    await closeQuietly(this.#channel, timeout)
  }
}
