import type { Channel } from 'amqplib'

import { Subscription } from '../consuming/subscription.ts'
import { MessageHandler, type FailurePolicy } from '../handling/failure-policy.ts'
import type { Handler } from '../handling/handler.ts'
import type { Body } from '../messages/body.ts'
import { encodeHeaders } from '../messages/headers.ts'
import { checkShortString } from '../messages/short-string.ts'
import { OffsetSaver } from '../streams/offset-saver.ts'
import type {
  StreamConsumeOptions,
  StreamHandleOptions,
  StreamMessageOptions,
  StreamOptions,
} from '../streams/stream-options.ts'
import { StreamPosition } from '../streams/stream-position.ts'
import type { Binding } from './bindings.ts'
import { Destination, type SessionParts } from './destination.ts'

const defaultPrefetch = 100
const defaultInterval = 1000

/**
 * A log of messages: consuming a message does not remove it, so any number of consumers can read
 * everything, each at its own pace, and again later. Old messages go by age or size.
 *
 * @example
 * const stream = await session.stream('prices', { maxAge: '7D' })
 * await stream.send({ symbol: 'ACME', price: 17 })
 * await stream.consume((delivery) => show(delivery.body), { from: 'first' })
 */
export class Stream extends Destination {
  readonly name: string
  /** A stream does not count failed deliveries. */
  readonly countsDeliveries = false
  readonly #options: StreamOptions

  private constructor(session: SessionParts, name: string, options: StreamOptions) {
    super(session)
    this.name = name
    this.#options = options
  }

  /** @internal Use `session.stream`. */
  static async declare(
    session: SessionParts,
    name: string,
    options: StreamOptions,
  ): Promise<Stream> {
    checkShortString('the name of a stream', name)
    const stream = new Stream(session, name, options)
    await session.connection.add(stream.recoverable)
    return stream
  }

  protected override async declareOn(channel: Channel): Promise<void> {
    const { passive = false, maxAge, maxBytes, maxSegmentBytes } = this.#options
    if (passive) {
      await channel.checkQueue(this.name)
      return
    }
    await channel.assertQueue(this.name, {
      durable: true,
      arguments: {
        'x-queue-type': 'stream',
        ...(maxAge !== undefined && { 'x-max-age': maxAge }),
        ...(maxBytes !== undefined && { 'x-max-length-bytes': maxBytes }),
        ...(maxSegmentBytes !== undefined && {
          'x-stream-max-segment-size-bytes': maxSegmentBytes,
        }),
        ...this.#options.arguments,
      },
    })
  }

  protected override bindOn(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.bindQueue(this.name, source.name, key, args)
  }

  protected override unbindOn(channel: Channel, { source, key, arguments: args }: Binding) {
    return channel.unbindQueue(this.name, source.name, key, args)
  }

  /**
   * Appends a message to this stream, through the default exchange. Resolves when the broker has
   * confirmed it. Rejects like `queue.send`.
   */
  send(body: Body, { filterValue, ...options }: StreamMessageOptions = {}): Promise<void> {
    const headers =
      filterValue === undefined
        ? options.headers
        : { ...options.headers, 'x-stream-filter-value': filterValue }
    const address = { exchange: '', routingKey: this.name }
    return this.transmit(address, body, {
      mandatory: true,
      ...options,
      ...(headers !== undefined && { headers }),
    })
  }

  /**
   * Reads messages as a stream of deliveries, each of which you acknowledge when its work is done: only
   * then the broker sends another one. After a lost connection it continues with the first message that
   * is not finished.
   *
   * Acknowledging or rejecting a message finishes it. A nack does not: the message is delivered again on
   * the next connection, or after a restart with `resume`.
   *
   * Rejects with NOT_FOUND if the stream was deleted, ACCESS_REFUSED, or with what the store throws.
   *
   * @example
   * const resume = { store: fileOffsetStore('prices.offset') }
   * for await (const delivery of await stream.consume({ resume })) {
   *   await work(delivery.body, delivery.offset)
   *   delivery.ack()
   * }
   */
  async consume(options?: StreamConsumeOptions): Promise<Subscription>
  /**
   * Reads messages with a handler. A message is acknowledged when the handler returns. When it throws,
   * the subscription ends with its error: a stream has no place to put one message aside, and to go on
   * would mean to skip it. Catch what should not stop the consumer.
   *
   * @example
   * const subscription = await stream.consume((delivery) => work(delivery.body), {
   *   resume: { store: fileOffsetStore('prices.offset') },
   * })
   * await subscription.finished()
   */
  async consume(
    handler: Handler,
    options?: StreamConsumeOptions & StreamHandleOptions,
  ): Promise<Subscription>
  async consume(
    first: Handler | StreamConsumeOptions = {},
    handleOptions: StreamConsumeOptions & StreamHandleOptions = {},
  ): Promise<Subscription> {
    if (typeof first !== 'function') return this.#open(first)
    const { concurrency = 1, onFailure } = handleOptions
    const subscription = await this.#open(handleOptions)
    const handler = new MessageHandler(first, stopOnFailure(subscription), onFailure)
    subscription.handleWith((delivery) => handler.handle(delivery), concurrency)
    return subscription
  }

  async #open(options: StreamConsumeOptions): Promise<Subscription> {
    const { prefetch = defaultPrefetch, resume } = options
    const stored = await resume?.store.load()
    let subscription: Subscription | undefined
    const saver =
      resume &&
      new OffsetSaver(resume.store, resume.interval ?? defaultInterval, (error) =>
        subscription?.fail(error),
      )
    const { connection } = this.session
    const tracker = new StreamPosition({
      arguments: filterArguments(options),
      start: stored === undefined ? startOf(options) : stored + 1,
      saver,
    })
    subscription = await Subscription.open({
      queue: this,
      connection,
      options: { ...options, prefetch },
      tracker,
    })
    return subscription
  }

  /** The number of messages. RabbitMQ updates it every five seconds. */
  async count(): Promise<{ readonly messages: number }> {
    const { messageCount } = await this.session.connection.withChannel((channel) =>
      channel.checkQueue(this.name),
    )
    return { messages: messageCount }
  }

  /** Deletes the stream with its messages. A missing one is not an error. */
  async delete(): Promise<void> {
    const { connection } = this.session
    connection.remove(this.recoverable)
    await connection.withChannel((channel) => channel.deleteQueue(this.name))
  }
}

/** The value of x-stream-offset. */
function startOf({ from, resume }: StreamConsumeOptions): unknown {
  const start = from ?? (resume === undefined ? 'next' : 'first')
  return encodeHeaders({ start })['start']
}

function filterArguments({ filter, matchUnfiltered }: StreamConsumeOptions) {
  return {
    ...(filter !== undefined && { 'x-stream-filter': filter }),
    ...(matchUnfiltered !== undefined && { 'x-stream-match-unfiltered': matchUnfiltered }),
  }
}

/** The message stays unfinished, so a consumer that resumes gets it again. */
function stopOnFailure(subscription: Subscription): FailurePolicy {
  return {
    prepare: (delivery) => delivery,
    async failed(error, delivery) {
      delivery.nack()
      subscription.fail(error)
      return { error }
    },
  }
}
