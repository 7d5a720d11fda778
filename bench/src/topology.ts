import { connect, type Channel, type ChannelModel } from 'amqplib'

/** RabbitMQ declares several times as fast on many channels as on one. */
const lanes = 64

/** Queues and bindings in large numbers. */
export class Topology implements AsyncDisposable {
  readonly #model: ChannelModel
  readonly #channels: readonly Channel[]
  readonly #queues: string[] = []
  readonly #exchanges: string[] = []

  private constructor(model: ChannelModel, channels: readonly Channel[]) {
    this.#model = model
    this.#channels = channels
  }

  static async open(url: string): Promise<Topology> {
    const model = await connect(url, { noDelay: true })
    // What happens to the connection is heard of by whoever uses it next.
    model.on('error', () => {})
    const channels = await Promise.all(Array.from({ length: lanes }, () => model.createChannel()))
    return new Topology(model, channels)
  }

  async exchange(name: string, type: 'fanout' | 'topic'): Promise<void> {
    this.#exchanges.push(name)
    await this.#each([name], (channel) => channel.assertExchange(name, type))
  }

  /** Durable and classic, so that every broker has them. */
  async queues(names: readonly string[]): Promise<void> {
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

  /** Deletes all that it has declared. */
  async clear(): Promise<void> {
    await this.#each(this.#exchanges, (channel, name) => channel.deleteExchange(name))
    await this.#each(this.#queues, (channel, name) => channel.deleteQueue(name))
  }

  async #each<T>(
    items: readonly T[],
    task: (channel: Channel, item: T) => Promise<unknown>,
  ): Promise<void> {
    const left = items.values()
    await Promise.all(
      this.#channels.map(async (channel) => {
        for (const item of left) await task(channel, item)
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model.close()
  }
}
