import type { Channel, ChannelModel, ConsumeMessage, Options } from 'amqplib'

import { closeQuietly, settleOn } from './channel.ts'
import type { Connection } from './connection.ts'
import type { ConsumeOptions, HandleOptions, Handler } from './consume-options.ts'
import { Delivery, type Settle } from './delivery.ts'
import { MessagingError } from './errors.ts'
import { explainOperation, isBeingDeleted } from './explain.ts'
import { failureText } from './failure-text.ts'
import type { Resident } from './resident.ts'
import { safely } from './safely.ts'
import { within } from './within.ts'

interface Consumed {
  readonly queue: { readonly name: string; readonly countsDeliveries: boolean }
  readonly connection: Connection
  readonly options: ConsumeOptions & HandleOptions
}

interface Waiter {
  readonly resolve: (result: IteratorResult<Delivery, undefined>) => void
  readonly reject: (error: MessagingError) => void
}

/**
 * A consumer as a stream of deliveries. It survives a lost connection and an impatient broker (the
 * consumer timeout); it ends when it is cancelled, and with CONSUMER_CANCELLED when its queue is
 * deleted. Several loops may share one subscription: each delivery goes to one of them.
 */
export class Subscription implements AsyncIterable<Delivery>, AsyncDisposable, Resident {
  readonly #queue: Consumed['queue']
  readonly #connection: Connection
  readonly #options: ConsumeOptions & HandleOptions
  readonly #waiters: Waiter[] = []
  readonly #loops: Promise<void>[] = []
  #buffer: Delivery[] = []
  #channel: Channel | undefined
  #consumerTag: string | undefined
  #inHand = 0
  #left: number
  #stopping: Promise<void> | undefined
  #stopped = false
  #closing: Promise<void> | undefined
  #failure: MessagingError | undefined
  #resuming: Promise<void> | undefined
  /** Whether somebody will hear of what ends the handlers. */
  #awaited = false
  #rebuilding = false
  readonly #onAbort = (): void => void this.#stop()

  constructor({ queue, connection, options }: Consumed) {
    this.#queue = queue
    this.#connection = connection
    this.#options = options
    this.#left = options.limit ?? Infinity
    if (options.signal?.aborted === true || this.#left === 0) this.#stopping = Promise.resolve()
    else options.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** The name by which the broker knows this consumer; a new connection brings a new one. */
  get consumerTag(): string | undefined {
    return this.#consumerTag
  }

  async resume(model: ChannelModel): Promise<void> {
    if (this.#stopping !== undefined) return
    this.#resuming = this.#consumeOn(model)
    await this.#resuming
  }

  async #consumeOn(model: ChannelModel): Promise<void> {
    const { prefetch = this.#options.concurrency ?? 1, autoAck = false } = this.#options
    const channel = await model.createChannel()
    let consuming = false
    channel.on('error', (error) => {
      // Before that the error is consume's own.
      if (consuming && this.#channel === channel) this.#broken(error)
    })
    await channel.prefetch(Math.min(prefetch, 65_535))
    this.#channel = channel
    const settle = this.#settleOn(channel)
    const options: Options.Consume = { noAck: autoAck }
    if (this.#options.priority !== undefined) options.priority = this.#options.priority
    const { consumerTag } = await channel.consume(
      this.#queue.name,
      (message) => {
        if (message === null) void this.#cancelledByBroker(channel)
        else this.#arrived(message, settle)
      },
      options,
    )
    this.#consumerTag = consumerTag
    consuming = true
  }

  suspend(): void {
    this.#channel = undefined
    // The broker gives these to somebody else, so they must not be worked on here.
    if (this.#options.autoAck === true) return
    this.#inHand -= this.#buffer.length
    this.#buffer = []
  }

  async close(): Promise<void> {
    await this.cancel()
    // The last acknowledgement must not be overtaken by the end of the connection.
    await this.#closing
  }

  end(error: MessagingError): void {
    this.suspend()
    this.#finish(error.code === 'CLOSED' ? undefined : error)
  }

  #settleOn(channel: Channel): Settle {
    return (delivery, how, requeue) => {
      const told =
        this.#channel === channel && settleOn(channel, delivery.message, { how, requeue })
      this.#settledOne()
      return told
    }
  }

  #arrived(message: ConsumeMessage, settle: Settle): void {
    const { autoAck = false, accept } = this.#options
    const delivery = new Delivery(message, autoAck ? 'auto-ack' : settle, {
      accept,
      counted: this.#queue.countsDeliveries,
    })
    this.#inHand += autoAck ? 0 : 1
    // What comes when no more is taken waits in the buffer to be given back.
    const waiter = this.#stopping === undefined || autoAck ? this.#waiters.shift() : undefined
    if (waiter === undefined) this.#buffer.push(delivery)
    else waiter.resolve(this.#take(delivery))
  }

  #take(delivery: Delivery): IteratorResult<Delivery, undefined> {
    this.#left -= 1
    if (this.#left === 0) void this.#stop()
    return { value: delivery, done: false }
  }

  /** The next delivery; the end when the subscription has ended. */
  next(): Promise<IteratorResult<Delivery, undefined>> {
    // What the broker has forgotten already is handed out even when no more is taken.
    const taking = this.#stopping === undefined || this.#options.autoAck === true
    const delivery = taking && this.#left > 0 ? this.#buffer.shift() : undefined
    if (delivery !== undefined) return Promise.resolve(this.#take(delivery))
    if (this.#stopping !== undefined) return this.#theEnd(this.#stopping)
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
    })
  }

  async #theEnd(stopped: Promise<void>): Promise<IteratorResult<Delivery, undefined>> {
    await stopped
    if (this.#failure !== undefined) throw this.#failure
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): AsyncIterator<Delivery, undefined> {
    return {
      next: () => this.next(),
      // A loop that is left early has had enough.
      return: async () => {
        await this.#stop()
        return { value: undefined, done: true }
      },
    }
  }

  /** Runs the handler on the deliveries. It settles them, by a policy that Queue.consume states. */
  handle(handler: Handler, { concurrency = 1, onFailure = warnOfFailure }: HandleOptions): void {
    const work = async (): Promise<void> => {
      for (let next = await this.next(); next.done !== true; next = await this.next()) {
        const delivery = next.value
        try {
          await handler(delivery)
          if (!delivery.settled) delivery.ack()
        } catch (error) {
          if (!delivery.settled) delivery.reject()
          safely(() => {
            onFailure(error, delivery)
          })
        }
      }
    }
    for (let i = 0; i < concurrency; i++) this.#loops.push(work())
    for (const loop of this.#loops)
      loop.catch((error: unknown) => {
        if (!this.#awaited) warn(`a subscription ended: ${String(error)}`)
      })
  }

  /** Resolves when all handlers have ended; rejects with what ended the subscription. */
  async finished(): Promise<void> {
    this.#awaited = true
    await Promise.all(this.#loops)
  }

  /** Takes no more messages; resolves when the handlers are done with those they have. */
  async cancel(): Promise<void> {
    await this.#stop()
    await Promise.allSettled(this.#loops)
  }

  /** Cancels, and gives back what is not settled. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel()
    await this.#closeChannel()
  }

  #stop(): Promise<void> {
    this.#stopping ??= this.#cancel()
    return this.#stopping
  }

  async #cancel(): Promise<void> {
    try {
      // Only who has become a consumer can be cancelled.
      await within(this.#connection.closeTimeout, this.#resuming)
      const channel = this.#channel
      if (channel !== undefined && this.#consumerTag !== undefined)
        await within(this.#connection.closeTimeout, channel.cancel(this.#consumerTag))
    } catch {
      // The channel or the connection is going down, and the consumer with it.
    }
    this.#finish()
  }

  /** No delivery will come any more. */
  #finish(failure?: MessagingError): void {
    this.#failure ??= failure
    this.#stopping ??= Promise.resolve()
    this.#stopped = true
    // The signal may live as long as the program, with many subscriptions in its time.
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    if (this.#options.autoAck !== true) {
      for (const delivery of this.#buffer) delivery.nack()
      this.#buffer = []
    }
    for (const waiter of this.#waiters.splice(0))
      if (this.#failure === undefined) waiter.resolve({ value: undefined, done: true })
      else waiter.reject(this.#failure)
    this.#closeWhenEmpty()
  }

  #settledOne(): void {
    this.#inHand -= 1
    // Not before the consumer is cancelled: RabbitMQ then has taken the acks of a quorum queue into
    // its log. Of a channel that is closed at once it forgets those that it had not got round to.
    if (this.#stopped) this.#closeWhenEmpty()
  }

  #closeWhenEmpty(): void {
    if (this.#inHand === 0) this.#closing ??= this.#closeChannel()
  }

  async #closeChannel(): Promise<void> {
    const channel = this.#channel
    this.#channel = undefined
    await closeQuietly(channel, this.#connection.closeTimeout)
    this.#connection.remove(this)
  }

  /** The queue was deleted, or the broker lost patience: 4.3 cancels what takes too long to ack. */
  async #cancelledByBroker(channel: Channel): Promise<void> {
    if (this.#channel !== channel) return
    this.suspend()
    await closeQuietly(channel)
    await this.#rebuild('its queue was deleted')
  }

  /** The broker closed the channel. */
  #broken(error: Error): void {
    this.suspend()
    // Before 4.3 the consumer timeout closes the channel.
    if (/acknowledgement.*timed out/.test(error.message)) void this.#rebuild('it was too slow')
    else this.#finish(explainOperation(error))
  }

  /**
   * A queue that is just being deleted is still found, and then RabbitMQ breaks the connection of who
   * consumes from it. On the next one the queue is declared anew: to go on there would hide the loss.
   */
  isOver(error: Error): boolean {
    return this.#rebuilding && isBeingDeleted(error)
  }

  async #rebuild(reason: string): Promise<void> {
    if (this.#stopping !== undefined) return
    this.#connection.remove(this)
    this.#rebuilding = true
    try {
      await this.#connection.withChannel((channel) => channel.checkQueue(this.#queue.name))
      await this.#connection.add(this)
    } catch (error) {
      const explained = explainOperation(error)
      if (explained.code !== 'NOT_FOUND') this.#finish(explained)
      this.#finish(
        new MessagingError(
          'CONSUMER_CANCELLED',
          `the broker cancelled the consumer of "${this.#queue.name}": ${reason}`,
          { cause: error, remedy: 'start the consumer again: it declares the queue' },
        ),
      )
    } finally {
      this.#rebuilding = false
    }
  }
}

function warnOfFailure(error: unknown, delivery: Delivery): void {
  warn(`a message handler failed, its message is rejected: ${failureText(error, delivery)}`)
}

function warn(text: string): void {
  process.emitWarning(text)
}
