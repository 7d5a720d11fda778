import {
  closeModel,
  connectOptions,
  explainConnect,
  explainOperation,
  maskText,
  MessagingError,
  parseUrls,
  pnpm,
} from '@messaging-patterns/shared'
import { connect, type Channel, type ChannelModel } from 'amqplib'

export type QueueState =
  | 'absent'
  /** It is exclusive to another connection. */
  | 'locked'
  | { readonly messages: number; readonly consumers: number }

/** Inspects a broker without declaring anything, and deletes. A Session can do neither. */
export class Admin implements AsyncDisposable {
  readonly product: string
  readonly version: string
  /** The name of the cluster that the broker belongs to. The embedded broker has none. */
  readonly cluster: string | undefined
  /** Without the password. */
  readonly url: string
  readonly #model: ChannelModel
  #isLost = false

  private constructor(model: ChannelModel, url: string) {
    const { product, version, cluster_name: cluster } = model.connection.serverProperties
    this.product = product
    this.version = version
    this.cluster = cluster
    this.url = url
    this.#model = model
    // If the connection fails, the pending operation rejects.
    model.on('error', () => {})
    model.on('close', () => (this.#isLost = true))
  }

  /** Connects to the first of the URLs that answers. Rejects with a MessagingError. */
  static async connect(urls: string, { timeout = 5000 } = {}): Promise<Admin> {
    const failures = new Map<URL, unknown>()
    for (const url of parseUrls(urls)) {
      try {
        return new Admin(
          await connect(connectOptions(url), { timeout, noDelay: true }),
          maskText(url.href),
        )
      } catch (error) {
        failures.set(url, error)
      }
    }
    throw explainConnect(failures)
  }

  /** Each operation gets its own channel, because the broker closes the channel when one fails. */
  async #onChannel<T>(operation: (channel: Channel) => Promise<T>): Promise<T> {
    try {
      const channel = await this.#model.createChannel()
      channel.on('error', () => {})
      const result = await operation(channel)
      await channel.close()
      return result
    } catch (error) {
      throw this.#isLost ? this.#loss(error) : explainOperation(error)
    }
  }

  #loss(cause: unknown): MessagingError {
    const text = `the connection to the broker at ${this.url} was lost`
    const remedy = `start the broker again: ${pnpm} broker, or docker compose up -d --wait`
    return new MessagingError('CONNECTION_LOST', text, { cause, remedy })
  }

  async queue(name: string): Promise<QueueState> {
    try {
      const counts = await this.#onChannel((channel) => channel.checkQueue(name))
      return { messages: counts.messageCount, consumers: counts.consumerCount }
    } catch (error) {
      const { code } = explainOperation(error)
      if (code === 'NOT_FOUND') return 'absent'
      if (code === 'LOCKED') return 'locked'
      throw error
    }
  }

  async hasExchange(name: string): Promise<boolean> {
    try {
      await this.#onChannel((channel) => channel.checkExchange(name))
      return true
    } catch (error) {
      if (explainOperation(error).code === 'NOT_FOUND') return false
      throw error
    }
  }

  async purgeQueue(name: string): Promise<void> {
    await this.#onChannel((channel) => channel.purgeQueue(name))
  }

  async deleteQueue(name: string): Promise<void> {
    await this.#onChannel((channel) => channel.deleteQueue(name))
  }

  /** With `ifUnused`, rejects with PRECONDITION_FAILED if something is bound to the exchange. */
  async deleteExchange(name: string, { ifUnused = false } = {}): Promise<void> {
    await this.#onChannel((channel) => channel.deleteExchange(name, { ifUnused }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeModel(this.#model)
  }
}
