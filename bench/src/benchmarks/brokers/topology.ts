import { connect, type Channel, type ChannelModel } from 'amqplib'

/** RabbitMQ declares queues several times as fast on many channels as on one. */
const channelCount = 64

/** Declares large numbers of queues and bindings. */
export class Topology implements AsyncDisposable {
  readonly #model: ChannelModel
  readonly #channels: readonly Channel[]
  readonly #queues: string[] = []
  readonly #exchanges: string[] = []

  private constructor(model: ChannelModel, channels: readonly Channel[]) {
    this.#model = model
    this.#channels = channels
  }

  static async connect(url: string): Promise<Topology> {
    const model = await connect(url, { noDelay: true })
    // A connection error also rejects the next operation, so it does not need to be handled here.
    model.on('error', () => {})
    const channels = await Promise.all(
      Array.from({ length: channelCount }, () => model.createChannel()),
    )
    return new Topology(model, channels)
  }

  async declareExchange(name: string, type: 'fanout' | 'topic'): Promise<void> {
    this.#exchanges.push(name)
    await this.#each([name], (channel) => channel.assertExchange(name, type))
  }

  /** The queues are durable and classic, which every broker supports. */
  async declareQueues(names: readonly string[]): Promise<void> {
    this.#queues.push(...names)
    const options = { arguments: { 'x-queue-type': 'classic' } }
    await this.#each(names, (channel, name) => channel.assertQueue(name, options))
  }

  async bind(
    exchange: string,
    bindings: readonly { readonly queue: string; readonly key: string }[],
  ): Promise<void> {
    await this.#each(bindings, (channel, { queue, key }) => channel.bindQueue(queue, exchange, key))
  }

  /** Empties all queues. */
  async purge(): Promise<void> {
    await this.#each(this.#queues, (channel, name) => channel.purgeQueue(name))
  }

  /** Deletes everything that was declared. */
  async delete(): Promise<void> {
    await this.#each(this.#exchanges, (channel, name) => channel.deleteExchange(name))
    await this.#each(this.#queues, (channel, name) => channel.deleteQueue(name))
  }

  async #each<T>(
    items: readonly T[],
    task: (channel: Channel, item: T) => Promise<unknown>,
  ): Promise<void> {
    const remaining = items.values()
    await Promise.all(
      this.#channels.map(async (channel) => {
        for (const item of remaining) await task(channel, item)
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model.close()
  }
}
