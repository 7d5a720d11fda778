import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib'

import { benchExchange } from '../common/load.ts'

/** Declares and fills what a benchmark needs on a broker, and deletes its queues afterward. */
export class Fixture implements AsyncDisposable {
  readonly #model: ChannelModel
  readonly #channel: ConfirmChannel
  readonly #queues = new Set<string>()

  private constructor(model: ChannelModel, channel: ConfirmChannel) {
    this.#model = model
    this.#channel = channel
  }

  /** Connects to a broker and declares the exchange that clients publish to. */
  static async connect(url: string): Promise<Fixture> {
    const model = await connect(url, { noDelay: true })
    // A connection error also rejects the next operation, so it does not need to be handled here.
    model.on('error', () => {})
    const channel = await model.createConfirmChannel()
    await channel.assertExchange(benchExchange, 'direct', { durable: true })
    return new Fixture(model, channel)
  }

  /** Declares the exchange that clients publish to, for a benchmark that needs nothing else. */
  static async declareExchange(url: string): Promise<void> {
    await using _ = await Fixture.connect(url)
  }

  /** Declares a durable classic queue, and empties it. */
  async declareQueue(name: string): Promise<void> {
    const options = { durable: true, arguments: { 'x-queue-type': 'classic' } }
    await this.#channel.assertQueue(name, options)
    await this.#channel.purgeQueue(name)
    this.#queues.add(name)
  }

  /** Replaces the contents of a queue by `count` messages. Resolves when they are confirmed. */
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
