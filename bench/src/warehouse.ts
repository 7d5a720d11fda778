import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib'

import { exchange } from './clients/load.ts'

/** The measuring side's own connection: it declares what a row needs, fills it and clears it away. */
export class Warehouse implements AsyncDisposable {
  readonly #model: ChannelModel
  readonly #channel: ConfirmChannel
  readonly #queues = new Set<string>()

  private constructor(model: ChannelModel, channel: ConfirmChannel) {
    this.#model = model
    this.#channel = channel
  }

  static async open(url: string): Promise<Warehouse> {
    const model = await connect(url, { noDelay: true })
    // What happens to the connection is heard of by whoever uses it next.
    model.on('error', () => {})
    const channel = await model.createConfirmChannel()
    await channel.assertExchange(exchange, 'direct', { durable: true })
    return new Warehouse(model, channel)
  }

  /** An empty queue, durable and classic. */
  async queue(name: string): Promise<void> {
    const options = { durable: true, arguments: { 'x-queue-type': 'classic' } }
    await this.#channel.assertQueue(name, options)
    await this.#channel.purgeQueue(name)
    this.#queues.add(name)
  }

  /** Puts so many messages into a queue; resolves when they are there. */
  async fill(queue: string, count: number, bytes: number): Promise<void> {
    const body = Buffer.alloc(bytes, 'x')
    await this.#channel.purgeQueue(queue)
    for (let i = 0; i < count; i++)
      if (!this.#channel.publish('', queue, body, { persistent: true }))
        await new Promise((resolve) => this.#channel.once('drain', resolve))
    await this.#channel.waitForConfirms()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#queues) await this.#channel.deleteQueue(name)
    await this.#model.close()
  }
}
