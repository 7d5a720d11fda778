import { randomUUID } from 'node:crypto'

import { closeModel, explainConnect } from '@messaging-patterns/shared'
import {
  connect,
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
  type GetMessage,
  type Options,
} from 'amqplib'

import { Wrong } from './wrong.ts'

export type Message = GetMessage | ConsumeMessage

interface Publication {
  readonly exchange: string
  readonly key: string
  readonly text: string
  readonly options: Options.Publish
}

/**
 * The check's own connection to the broker, which does not go through the network. It sees only
 * what any client can see, so it works on the embedded broker and on RabbitMQ.
 */
export class Witness implements AsyncDisposable {
  readonly #model: ChannelModel

  private constructor(model: ChannelModel) {
    this.#model = model
    model.on('error', () => {})
  }

  static async connect(url: string): Promise<Witness> {
    try {
      return new Witness(await connect(url, { noDelay: true }))
    } catch (error) {
      throw explainConnect(new Map([[new URL(url), error]]))
    }
  }

  /** Each operation uses its own channel, because the broker closes the channel on an error. */
  async #ask<T>(question: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const channel = await this.#model.createConfirmChannel()
    channel.on('error', () => {})
    const answer = await question(channel)
    await channel.close()
    return answer
  }

  /** Declares a durable quorum queue, which is the default of a session. */
  async queue(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const all = { 'x-queue-type': 'quorum', ...args }
    await this.#ask((channel) => channel.assertQueue(name, { arguments: all }))
  }

  /** Declares a stream, without limits. */
  stream(name: string): Promise<void> {
    return this.queue(name, { 'x-queue-type': 'stream' })
  }

  async exchange(name: string, kind: string): Promise<void> {
    await this.#ask((channel) => channel.assertExchange(name, kind))
  }

  async bind(queue: string, exchange: string, key = ''): Promise<void> {
    await this.#ask((channel) => channel.bindQueue(queue, exchange, key))
  }

  /** The numbers of ready messages and consumers; undefined if the queue does not exist. */
  async look(queue: string): Promise<{ ready: number; consumers: number } | undefined> {
    try {
      const counts = await this.#ask((channel) => channel.checkQueue(queue))
      return { ready: counts.messageCount, consumers: counts.consumerCount }
    } catch (error) {
      if (codeOf(error) === 404) return undefined
      throw error
    }
  }

  /** Whether an existing queue was declared with this value of a property. */
  async declaredWith(
    queue: string,
    property: 'durable' | 'x-queue-type',
    options: Options.AssertQueue,
  ): Promise<boolean> {
    try {
      await this.#ask((channel) => channel.assertQueue(queue, options))
      return true
    } catch (error) {
      if (codeOf(error) === 406) return !String(error).includes(`arg '${property}'`)
      throw error
    }
  }

  async hasExchange(name: string): Promise<boolean> {
    try {
      await this.#ask((channel) => channel.checkExchange(name))
      return true
    } catch (error) {
      if (codeOf(error) === 404) return false
      throw error
    }
  }

  /** The name of the alternate exchange of an existing exchange; undefined if it has none. */
  async alternateOf(exchange: string, kind: string): Promise<string | undefined> {
    try {
      // The broker refuses another alternate exchange than the one it has, and says which that is.
      const options = { alternateExchange: randomUUID() }
      await this.#ask((channel) => channel.assertExchange(exchange, kind, options))
    } catch (error) {
      if (codeOf(error) !== 406) throw error
      return /arg 'alternate-exchange' .* current is '([^']*)'/.exec(String(error))?.[1]
    }
    return undefined
  }

  /**
   * Sends messages to a queue, in order and without waiting in between; resolves when the broker has
   * confirmed all of them.
   */
  async send(
    queue: string,
    texts: readonly string[],
    options: Options.Publish | ((text: string) => Options.Publish) = {},
  ): Promise<void> {
    await this.#ask(async (channel) => {
      for (const text of texts) {
        const own = typeof options === 'function' ? options(text) : options
        channel.sendToQueue(queue, Buffer.from(text), { ...plain, ...own })
      }
      await channel.waitForConfirms()
    })
  }

  /** Publishes a message; resolves with whether any queue got it. */
  async publish(
    exchange: string,
    text: string,
    { key = '', ...options }: Options.Publish & { readonly key?: string } = {},
  ): Promise<boolean> {
    const all = { ...plain, mandatory: true, ...options }
    // RabbitMQ refuses a message for a queue that it is just deleting, so try again.
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#publishOnce({ exchange, key, text, options: all })
      } catch (error) {
        if (attempt === 10 || !String(error).includes('message nacked')) throw error
      }
    }
  }

  async #publishOnce({ exchange, key, text, options }: Publication): Promise<boolean> {
    return this.#ask(async (channel) => {
      let routed = true
      channel.on('return', () => {
        routed = false
      })
      channel.publish(exchange, key, Buffer.from(text), options)
      await channel.waitForConfirms()
      return routed
    })
  }

  /** Sends one or several replies to a request, in order. */
  async answer(
    { replyTo, correlationId }: Message['properties'],
    ...texts: readonly string[]
  ): Promise<void> {
    if (typeof replyTo !== 'string')
      throw new Wrong('The question has no "replyTo", so nobody can answer it.')
    const id: unknown = correlationId
    await this.send(replyTo, texts, typeof id === 'string' ? { correlationId: id } : {})
  }

  /** Removes all ready messages from a queue, which may not exist. */
  async drain(queue: string): Promise<readonly Message[]> {
    try {
      return await this.#ask(async (channel) => {
        const found: Message[] = []
        for (;;) {
          const message = await channel.get(queue, { noAck: true })
          if (message === false) return found
          found.push(message)
        }
      })
    } catch (error) {
      if (codeOf(error) === 404) return []
      throw error
    }
  }

  /** Consumes from a queue; resolves with a function that stops that. */
  async follow(
    queue: string,
    listener: (message: Message) => void,
  ): Promise<() => Promise<unknown>> {
    const channel = await this.#model.createChannel()
    channel.on('error', () => {})
    const heard = (message: Message | null): void => {
      if (message !== null) listener(message)
    }
    const { consumerTag } = await channel.consume(queue, heard, { noAck: true })
    return () => channel.cancel(consumerTag)
  }

  /** Reads a stream from the beginning through a filter, up to a message that passes it. */
  async read(stream: string, filter: string, last: string): Promise<readonly string[]> {
    const found: string[] = []
    const args = { 'x-stream-offset': 'first', 'x-stream-filter': filter }
    await this.#ask(async (channel) => {
      await channel.prefetch(1000)
      await new Promise<void>((resolve, reject) => {
        const heard = (message: Message | null): void => {
          if (message === null) return
          found.push(textOf(message))
          channel.ack(message)
          if (found.at(-1) === last) resolve()
        }
        channel.consume(stream, heard, { arguments: args }).catch(reject)
      })
    })
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeModel(this.#model)
  }
}

const plain: Options.Publish = { persistent: true, contentType: 'text/plain' }

export function textOf(message: Message): string {
  return message.content.toString()
}

/** The reply code with which the broker closed the channel. */
function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
    ? error.code
    : undefined
}
