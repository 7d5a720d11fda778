import {
  connectOptions,
  explainConnect,
  explainOperation,
  maskText,
  parseUrls,
} from '@messaging-patterns/shared'
import { connect, type Channel, type ChannelModel } from 'amqplib'

/** What there is of a queue. */
export type QueueState =
  | 'absent'
  /** Another connection has it for itself. */
  | 'locked'
  | { readonly messages: number; readonly consumers: number }

/** Looks at a broker without changing it, and deletes. Session declares, so it cannot do this. */
export class Admin implements AsyncDisposable {
  readonly product: string
  readonly version: string
  /** The name of the cluster that the broker belongs to; only RabbitMQ has one. */
  readonly cluster: string | undefined
  /** Without the password. */
  readonly url: string
  readonly #model: ChannelModel

  private constructor(model: ChannelModel, url: string) {
    const { product, version, cluster_name: cluster } = model.connection.serverProperties
    this.product = product
    this.version = version
    this.cluster = cluster
    this.url = url
    this.#model = model
    // What breaks shows as the rejection of what was under way.
    model.on('error', () => {})
  }

  /** Connects to the first of the URLs that answers; rejects with a MessagingError. */
  static async connect(urls: string, { timeout = 5000 } = {}): Promise<Admin> {
    const refusals = new Map<URL, unknown>()
    for (const url of parseUrls(urls)) {
      try {
        return new Admin(await connect(connectOptions(url), { timeout }), maskText(url.href))
      } catch (error) {
        refusals.set(url, error)
      }
    }
    throw explainConnect(refusals)
  }

  /** Each question gets a channel of its own: a no closes it. */
  async #ask<T>(question: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.#model.createChannel()
    channel.on('error', () => {})
    try {
      const answer = await question(channel)
      await channel.close()
      return answer
    } catch (error) {
      throw explainOperation(error)
    }
  }

  async queue(name: string): Promise<QueueState> {
    try {
      const counts = await this.#ask((channel) => channel.checkQueue(name))
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
      await this.#ask((channel) => channel.checkExchange(name))
      return true
    } catch (error) {
      if (explainOperation(error).code === 'NOT_FOUND') return false
      throw error
    }
  }

  async purgeQueue(name: string): Promise<void> {
    await this.#ask((channel) => channel.purgeQueue(name))
  }

  async deleteQueue(name: string): Promise<void> {
    await this.#ask((channel) => channel.deleteQueue(name))
  }

  /** With `ifUnused` rejects with PRECONDITION_FAILED when something is bound to it. */
  async deleteExchange(name: string, { ifUnused = false } = {}): Promise<void> {
    await this.#ask((channel) => channel.deleteExchange(name, { ifUnused }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#model.close()
    } catch {
      // It has gone before us.
    }
  }
}
