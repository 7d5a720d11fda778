import type { Channel } from 'amqplib'

import { check } from './backoff.ts'
import type { Body } from './body.ts'
import type { ConsumeOptions, Handler, HandleOptions } from './consume-options.ts'
import { rawHeaders, type Delivery } from './delivery.ts'
import { Destination, type Binding, type Link, type MessageOptions } from './destination.ts'
import { forwardOptions } from './forward.ts'
import { Getter } from './getter.ts'
import type { Headers } from './headers.ts'
import { Retry } from './retry.ts'
import { checkShortString } from './short-string.ts'
import { Subscription } from './subscription.ts'

export interface QueueOptions {
  /**
   * Uses a queue that exists already, whatever its arguments; rejects with NOT_FOUND when there is
   * none. The other options are not compared with it. Default: false.
   */
  readonly passive?: boolean
  /** A quorum queue keeps messages on several nodes; it has a name and is durable. */
  readonly type?: 'quorum' | 'classic'
  /** Survives a restart of the broker. Default: true, but for a queue without a name. */
  readonly durable?: boolean
  /** Of this connection alone, and gone with it. Default: false, but for a queue without a name. */
  readonly exclusive?: boolean
  /** Goes with its last consumer. Default: false. */
  readonly autoDelete?: boolean
  /** RabbitMQ's further x-arguments. */
  readonly arguments?: Readonly<Record<string, unknown>>
}

/** Keeps messages, in their order, until a consumer has acknowledged them. */
export class Queue extends Destination {
  readonly #options: QueueOptions
  readonly #asked: string
  #getter: Getter | undefined
  #name: string

  private constructor(link: Link, name: string, options: QueueOptions) {
    super(link)
    this.#asked = name
    this.#name = name
    this.#options = options
  }

  static async declare(link: Link, name: string, options: QueueOptions): Promise<Queue> {
    checkShortString('the name of a queue', name)
    return link.connection.add(new Queue(link, name, options))
  }

  /** As the broker named it, if it was asked to; a new connection then brings a new name. */
  get name(): string {
    return this.#name
  }

  /** RabbitMQ names only queues that go with their connection, and those are classic. */
  get #type(): QueueOptions['type'] {
    const { type, exclusive } = this.#options
    return type ?? (this.#asked === '' || exclusive === true ? undefined : 'quorum')
  }

  /** Whether the broker says how often a delivery of a message has failed. */
  get countsDeliveries(): boolean {
    return (this.#options.arguments?.['x-queue-type'] ?? this.#type) === 'quorum'
  }

  protected override async declare(channel: Channel): Promise<void> {
    if (this.#options.passive === true) {
      await channel.checkQueue(this.#asked)
      return
    }
    const unnamed = this.#asked === ''
    const type = this.#type
    const { queue } = await channel.assertQueue(this.#asked, {
      durable: this.#options.durable ?? !unnamed,
      exclusive: this.#options.exclusive ?? unnamed,
      autoDelete: this.#options.autoDelete ?? false,
      arguments: {
        ...(type !== undefined && { 'x-queue-type': type }),
        ...this.#options.arguments,
      },
    })
    this.#name = queue
  }

  protected override addBinding(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.bindQueue(this.#name, source.name, key, args)
  }

  protected override removeBinding(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.unbindQueue(this.#name, source.name, key, args)
  }

  /**
   * Puts a message into this queue by way of the default exchange; resolves when the broker has it.
   * Rejects with UNROUTABLE when the queue is gone, with NACKED when it is full.
   */
  send(body: Body, options: MessageOptions = {}): Promise<void> {
    return this.transmit({ exchange: '', routingKey: this.#name }, body, {
      mandatory: true,
      ...options,
    })
  }

  /**
   * Puts a message into this queue that came from another one, or from this: body and properties,
   * the message id too, stay as they are. Settle the delivery when this has resolved, not before.
   */
  forward(delivery: Delivery, headers: Headers = rawHeaders(delivery)): Promise<void> {
    const options = forwardOptions(delivery, headers)
    options.messageId ??= this.link.publisher.nextId()
    const { content } = delivery.message
    return this.link.publisher.publish({ exchange: '', routingKey: this.#name, content, options })
  }

  /**
   * A stream of deliveries for `for await`, or a handler that is called with each. Either way what
   * is not acknowledged stays the queue's. A message whose handler throws is rejected, or, with
   * `retry`, tried again later and in the end parked.
   */
  async consume(options?: ConsumeOptions): Promise<Subscription>
  async consume(handler: Handler, options?: ConsumeOptions & HandleOptions): Promise<Subscription>
  async consume(
    first: Handler | ConsumeOptions = {},
    rest: ConsumeOptions & HandleOptions = {},
  ): Promise<Subscription> {
    const [given, options] = typeof first === 'function' ? [first, rest] : [undefined, first]
    const handler = given && (await this.#retrying(given, rest))
    const subscription = await this.link.connection.add(
      new Subscription({ queue: this, connection: this.link.connection, options }),
    )
    if (handler !== undefined) subscription.handle(handler, rest)
    return subscription
  }

  async #retrying(
    handler: Handler,
    { retry: options, autoAck = false, accept, onFailure }: ConsumeOptions & HandleOptions,
  ): Promise<Handler> {
    if (options === undefined) return handler
    check(!autoAck, 'a consumer that acknowledges: without autoAck')
    const declare = (name: string, about: QueueOptions): Promise<Queue> =>
      Queue.declare(this.link, name, about)
    const retry = await Retry.open({ options, queue: this, declare, accept, onFailure })
    return (delivery) => retry.run(handler, delivery)
  }

  /** One message now, or undefined when the queue is empty. To wait for messages, consume. */
  async get(): Promise<Delivery | undefined> {
    this.#getter ??= new Getter(this.link.connection)
    return this.#getter.get(this)
  }

  /** How many messages are ready and how many consumers there are, as the broker counts them. */
  async count(): Promise<{ readonly messages: number; readonly consumers: number }> {
    const counts = await this.link.connection.withChannel((channel) =>
      channel.checkQueue(this.#name),
    )
    return { messages: counts.messageCount, consumers: counts.consumerCount }
  }

  /** Deletes the messages that are ready, and says how many there were. */
  async purge(): Promise<number> {
    const purged = await this.link.connection.withChannel((channel) =>
      channel.purgeQueue(this.#name),
    )
    return purged.messageCount
  }

  /** Deletes the queue with its messages; a missing one is no error. */
  async delete(): Promise<void> {
    this.link.connection.remove(this)
    const getter = this.#getter
    this.#getter = undefined
    if (getter !== undefined) {
      this.link.connection.remove(getter)
      await getter.close()
    }
    await this.link.connection.withChannel((channel) => channel.deleteQueue(this.#name))
  }
}
