import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib'

import { benchExchange, copyName } from '../common/load.ts'
import { taskMessage } from './task-message.ts'

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

  /** Declares an empty stream, in place of an earlier one. */
  async declareStream(name: string): Promise<void> {
    await this.#channel.deleteQueue(name)
    const options = { durable: true, arguments: { 'x-queue-type': 'stream' } }
    await this.#channel.assertQueue(name, options)
    this.#queues.add(name)
  }

  /** Declares `count` durable classic queues, bound to `benchExchange`: see `copyName`. */
  async declareCopies(name: string, count: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      await this.declareQueue(copyName(name, at))
      await this.#channel.bindQueue(copyName(name, at), benchExchange, '')
    }
  }

  /** Publishes `count` messages to a queue or stream. Resolves when they are confirmed. */
  async add(queue: string, count: number, bytes: number): Promise<void> {
    const body = Buffer.alloc(bytes, 'x')
    for (let i = 0; i < count; i++)
      if (!this.#channel.publish('', queue, body, { persistent: true }))
        await new Promise((resolve) => this.#channel.once('drain', resolve))
    await this.#channel.waitForConfirms()
  }

  /** Replaces the contents of a queue by `count` messages. Resolves when they are confirmed. */
  async fill(queue: string, count: number, bytes: number): Promise<void> {
    await this.#channel.purgeQueue(queue)
    await this.add(queue, count, bytes)
  }

  /** Publishes `count` calls of the empty task. Only the last one has a result; resolves when that arrives. */
  async callTasks(queue: string, count: number): Promise<void> {
    const { queue: replies } = await this.#channel.assertQueue('', { exclusive: true })
    const answered = new Promise((resolve, reject) => {
      this.#channel.consume(replies, resolve, { noAck: true }).catch(reject)
    })
    for (let remaining = count; remaining > 0; remaining--) {
      const { body, properties } = taskMessage(remaining === 1 ? replies : undefined)
      if (!this.#channel.publish('', queue, body, properties))
        await new Promise((resolve) => this.#channel.once('drain', resolve))
    }
    await answered
    await this.#channel.deleteQueue(replies)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#queues) await this.#channel.deleteQueue(name)
    await this.#model.close()
  }
}
