import { explainConnect } from '@messaging-patterns/shared'
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

/**
 * The check's own connection to the broker, which no fault of the network touches. It sees what any
 * client can see, so it is the same on the embedded broker and on RabbitMQ.
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

  /** Each question gets a channel of its own: the broker closes it to say no. */
  async #ask<T>(question: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const channel = await this.#model.createConfirmChannel()
    channel.on('error', () => {})
    const answer = await question(channel)
    await channel.close()
    return answer
  }

  /** Declares a queue as a session does: durable, and a quorum queue. */
  async queue(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const all = { 'x-queue-type': 'quorum', ...args }
    await this.#ask((channel) => channel.assertQueue(name, { arguments: all }))
  }

  async exchange(name: string, kind: string): Promise<void> {
    await this.#ask((channel) => channel.assertExchange(name, kind))
  }

  async bind(queue: string, exchange: string, key = ''): Promise<void> {
    await this.#ask((channel) => channel.bindQueue(queue, exchange, key))
  }

  /** The ready messages and the consumers of a queue; undefined when there is no such queue. */
  async look(queue: string): Promise<{ ready: number; consumers: number } | undefined> {
    try {
      const counts = await this.#ask((channel) => channel.checkQueue(queue))
      return { ready: counts.messageCount, consumers: counts.consumerCount }
    } catch (error) {
      if (codeOf(error) === 404) return undefined
      throw error
    }
  }

  /** Whether an existing queue was declared like this, as far as the named property goes. */
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

  /** Puts messages into a queue, in this order; resolves on the broker's confirm of all. */
  async send(queue: string, texts: readonly string[], options?: Options.Publish): Promise<void> {
    await this.#ask(async (channel) => {
      for (const text of texts)
        channel.sendToQueue(queue, Buffer.from(text), { ...plain, ...options })
      await channel.waitForConfirms()
    })
  }

  /** Resolves on the broker's confirm, with whether any queue took the message. */
  async publish(
    exchange: string,
    text: string,
    { key = '', ...options }: Options.Publish & { readonly key?: string } = {},
  ): Promise<boolean> {
    return this.#ask(async (channel) => {
      let routed = true
      channel.on('return', () => {
        routed = false
      })
      const all = { ...plain, mandatory: true, ...options }
      channel.publish(exchange, key, Buffer.from(text), all)
      await channel.waitForConfirms()
      return routed
    })
  }

  /** Answers a request, at the address that it carries, with one or several texts in this order. */
  async answer(
    { replyTo, correlationId }: Message['properties'],
    ...texts: readonly string[]
  ): Promise<void> {
    if (typeof replyTo !== 'string') throw new Wrong('The question does not say where to answer.')
    const id: unknown = correlationId
    await this.send(replyTo, texts, typeof id === 'string' ? { correlationId: id } : {})
  }

  /** Takes all that is ready out of a queue; nothing when there is no such queue. */
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

  /** Consumes from a queue; resolves with what ends that. */
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model.close()
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
