import type { Channel, Options } from 'amqplib'

import type { ConsumeOptions } from '../consuming/consume-options.ts'
import { rawHeaders, type Delivery } from '../consuming/delivery.ts'
import { GetChannel } from '../consuming/get-channel.ts'
import { Subscription } from '../consuming/subscription.ts'
import { check } from '../handling/backoff.ts'
import { MessageHandler, rejectFailed, type FailurePolicy } from '../handling/failure-policy.ts'
import type { Handler, HandleOptions } from '../handling/handler.ts'
import { Retry } from '../handling/retry.ts'
import type { Body } from '../messages/body.ts'
import { encodeHeaders, type Headers } from '../messages/headers.ts'
import type { MessageOptions } from '../messages/message-options.ts'
import { checkShortString } from '../messages/short-string.ts'
import type { Binding } from './bindings.ts'
import { Destination, type SessionParts } from './destination.ts'

/** The options of {@link Session.queue}. */
export interface QueueOptions {
  /**
   * Uses an existing queue as it is: the other options are not compared with it. Rejects with
   * NOT_FOUND if there is none. Default: false.
   */
  readonly passive?: boolean
  /**
   * A quorum queue keeps its messages on several nodes; it has a name and is durable. Default:
   * quorum, or classic for an exclusive queue.
   */
  readonly type?: 'quorum' | 'classic'
  /** Whether it survives a restart of the broker. Default: true, or false without a name. */
  readonly durable?: boolean
  /**
   * Whether only this session can use it, and it is deleted with its connection. Default: false, or
   * true without a name.
   */
  readonly exclusive?: boolean
  /** Whether it is deleted with its last consumer. Default: false. */
  readonly autoDelete?: boolean
  /** Further arguments of RabbitMQ, such as `{ 'x-max-length': 1000 }`. */
  readonly arguments?: Headers
}

/**
 * Keeps messages in order until a consumer has acknowledged them.
 *
 * @example
 * const queue = await session.queue('orders')
 * await queue.send({ id: 17 })
 * await queue.consume(async (delivery) => ship(delivery.body), { prefetch: 10 })
 */
export class Queue extends Destination {
  readonly #options: QueueOptions
  /** The name that was asked for; '' lets the broker choose one. */
  readonly #requestedName: string
  #name: string
  #getChannel: GetChannel | undefined

  private constructor(session: SessionParts, name: string, options: QueueOptions) {
    super(session)
    this.#requestedName = name
    this.#name = name
    this.#options = options
  }

  /** @internal Use `session.queue`. */
  static async declare(session: SessionParts, name: string, options: QueueOptions): Promise<Queue> {
    checkShortString('the name of a queue', name)
    const queue = new Queue(session, name, options)
    await session.connection.add(queue.recoverable)
    return queue
  }

  /** If the broker chose the name, another connection brings another name. */
  get name(): string {
    return this.#name
  }

  /** The broker names only queues that are deleted with their connection, and those are classic. */
  get #type(): QueueOptions['type'] {
    const { type, exclusive } = this.#options
    return type ?? (this.#requestedName === '' || exclusive === true ? undefined : 'quorum')
  }

  /** Whether the broker counts how often a delivery of a message has failed: a quorum queue does. */
  get countsDeliveries(): boolean {
    return (this.#options.arguments?.['x-queue-type'] ?? this.#type) === 'quorum'
  }

  protected override async declareOn(channel: Channel): Promise<void> {
    const { passive = false, durable, exclusive, autoDelete = false } = this.#options
    if (passive) {
      await channel.checkQueue(this.#requestedName)
      return
    }
    const unnamed = this.#requestedName === ''
    const type = this.#type
    const { queue } = await channel.assertQueue(this.#requestedName, {
      durable: durable ?? !unnamed,
      exclusive: exclusive ?? unnamed,
      autoDelete,
      arguments: {
        ...(type !== undefined && { 'x-queue-type': type }),
        ...this.#options.arguments,
      },
    })
    this.#name = queue
  }

  protected override bindOn(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.bindQueue(this.#name, source.name, key, args)
  }

  protected override unbindOn(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.unbindQueue(this.#name, source.name, key, args)
  }

  /**
   * Sends a message to this queue, through the default exchange. Resolves when the broker has
   * confirmed it: for a quorum queue, when most of its nodes have it on disk.
   *
   * Rejects with UNROUTABLE (the queue was deleted), NACKED (it is full), TIMEOUT (no confirm in
   * time), CONTENT_REFUSED (the body cannot be encoded), or with what ended the session.
   */
  send(body: Body, options: MessageOptions = {}): Promise<void> {
    return this.transmit({ exchange: '', routingKey: this.#name }, body, {
      mandatory: true,
      ...options,
    })
  }

  /**
   * Sends a message that was delivered, from this queue or another, to this queue: body and
   * properties, including the message id, stay the same. Settle the delivery when this has resolved,
   * not before: then there may be two copies of the message, but never none.
   *
   * @param headers The headers of the copy. Default: those of the message.
   */
  forward(delivery: Delivery, headers: Headers = rawHeaders(delivery)): Promise<void> {
    const options = propertiesOf(delivery, headers)
    options.messageId ??= this.session.publisher.nextId()
    const { content } = delivery.message
    return this.session.publisher.publish({
      exchange: '',
      routingKey: this.#name,
      content,
      options,
    })
  }

  /**
   * Consumes messages as a stream of deliveries, each of which you settle. A message stays in the
   * queue until then, and is delivered again if the program dies before.
   *
   * Rejects with NOT_FOUND if the queue was deleted, ACCESS_REFUSED, or LOCKED if another connection
   * consumes from it exclusively.
   *
   * @example
   * for await (const delivery of await queue.consume({ prefetch: 10 })) {
   *   await work(delivery.body)
   *   delivery.ack()
   * }
   */
  async consume(options?: ConsumeOptions): Promise<Subscription>
  /**
   * Consumes messages with a handler. A message is acknowledged when the handler returns. When it
   * throws, the message is rejected or, with `retry`, tried again later and parked in the end.
   *
   * Rejects as without a handler, and with PRECONDITION_FAILED if `retry` has invalid options, is
   * combined with `autoAck`, or is used on a queue whose name the broker chose.
   *
   * @example
   * const subscription = await queue.consume((delivery) => work(delivery.body), {
   *   concurrency: 10,
   *   retry: { attempts: 5, delay: { from: 1000, factor: 2 } },
   * })
   * await subscription.finished()
   */
  async consume(handler: Handler, options?: ConsumeOptions & HandleOptions): Promise<Subscription>
  async consume(
    first: Handler | ConsumeOptions = {},
    handleOptions: ConsumeOptions & HandleOptions = {},
  ): Promise<Subscription> {
    const { connection } = this.session
    if (typeof first !== 'function')
      return Subscription.open({ queue: this, connection, options: first })
    const { concurrency = 1, onFailure } = handleOptions
    const handler = new MessageHandler(first, await this.#failurePolicy(handleOptions), onFailure)
    const options = { prefetch: concurrency, ...handleOptions }
    const subscription = await Subscription.open({ queue: this, connection, options })
    subscription.handleWith((delivery) => handler.handle(delivery), concurrency)
    return subscription
  }

  async #failurePolicy({
    retry: options,
    autoAck = false,
    accept,
  }: ConsumeOptions & HandleOptions): Promise<FailurePolicy> {
    if (options === undefined) return rejectFailed
    check(!autoAck, 'cannot be combined with autoAck')
    const declare = (name: string, about: QueueOptions): Promise<Queue> =>
      Queue.declare(this.session, name, about)
    return Retry.open({ options, queue: this, declare, accept })
  }

  /** One message now, or undefined if the queue is empty. To wait for messages use `consume`. */
  async get(): Promise<Delivery | undefined> {
    this.#getChannel ??= new GetChannel(this.session.connection)
    return this.#getChannel.get(this)
  }

  /** The number of messages that are ready, and of consumers. Unacknowledged messages do not count. */
  async count(): Promise<{ readonly messages: number; readonly consumers: number }> {
    const { messageCount, consumerCount } = await this.session.connection.withChannel((channel) =>
      channel.checkQueue(this.#name),
    )
    return { messages: messageCount, consumers: consumerCount }
  }

  /** Deletes the messages that are ready, and resolves with their number. */
  async purge(): Promise<number> {
    const { messageCount } = await this.session.connection.withChannel((channel) =>
      channel.purgeQueue(this.#name),
    )
    return messageCount
  }

  /** Leaves the queue as it is, and no longer declares it on new connections. */
  forget(): void {
    this.session.connection.remove(this.recoverable)
  }

  /** Deletes the queue with its messages. A missing one is not an error. */
  async delete(): Promise<void> {
    const { connection } = this.session
    connection.remove(this.recoverable)
    const getChannel = this.#getChannel
    this.#getChannel = undefined
    if (getChannel !== undefined) {
      connection.remove(getChannel)
      await getChannel.close()
    }
    await connection.withChannel((channel) => channel.deleteQueue(this.#name))
  }
}

// These headers are the broker's record of where a message has been. CC and BCC would send further
// copies to queues that have had theirs.
const notForwarded = /^(x-(first-|last-)?death.*|x-delivery-count|x-acquired-count|CC|BCC)$/

/**
 * The properties of a message that is published again: those that it had, with other headers. Not its
 * expiration, which would end its wait in the next queue: it was delivered in time. Nor its user id,
 * which the broker accepts from that user alone.
 */
function propertiesOf({ message }: Delivery, headers: Headers): Options.Publish {
  const { expiration: _, userId: __, clusterId: ___, ...properties } = message.properties
  const kept = Object.entries(encodeHeaders(headers)).filter(([name]) => !notForwarded.test(name))
  return { ...properties, headers: Object.fromEntries(kept), mandatory: true }
}
