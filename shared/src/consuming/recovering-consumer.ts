import type { ChannelModel, ConsumeMessage } from 'amqplib'

import { fulfilledWithin } from '../connection/channel.ts'
import type { Connection } from '../connection/connection.ts'
import type { Recoverable } from '../connection/recoverable.ts'
import { explainOperation, isBeingDeleted } from '../errors/explain-operation.ts'
import { warn } from '../errors/listeners.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import { ChannelConsumer } from './channel-consumer.ts'
import type { ConsumeOptions } from './consume-options.ts'
import type { Consumed, ConsumedQueue } from './consumed.ts'
import { isActive, isReviving, type ConsumerState } from './consumer-state.ts'
import { DeliveryBuffer, type NextDelivery } from './delivery-buffer.ts'
import type { DeliveryTracker } from './delivery-tracker.ts'
import { Delivery, type DeliveryContext, type Settle } from './delivery.ts'
import { HandlerLoops } from './handler-loops.ts'

/** A consumer that comes back on each connection until it is stopped: a machine of ConsumerStates. */
export class RecoveringConsumer implements Recoverable {
  readonly isConsumer = true
  readonly handlers: HandlerLoops
  readonly #queue: ConsumedQueue
  readonly #connection: Connection
  readonly #options: ConsumeOptions
  readonly #context: DeliveryContext
  readonly #tracker: DeliveryTracker | undefined
  readonly #buffer: DeliveryBuffer
  #state: ConsumerState = { name: 'idle' }
  /** On this connection; undefined while there is none. */
  #consumer: ChannelConsumer | undefined
  /** Why it ends or ended; undefined if it was stopped, or is active. */
  #failure: Error | undefined
  #unacked = 0
  readonly #stop = (): void => void this.stop()

  private constructor({ queue, connection, options, tracker }: Consumed) {
    this.#queue = queue
    this.#connection = connection
    this.handlers = new HandlerLoops((error) => connection.isEndKnown(error))
    this.#options = options
    this.#tracker = tracker
    this.#context = { accept: options.accept, countsDeliveries: queue.countsDeliveries }
    this.#buffer = new DeliveryBuffer(options.limit ?? Infinity, this.#stop)
    options.signal?.addEventListener('abort', this.#stop, { once: true })
  }

  static async open(consumed: Consumed): Promise<RecoveringConsumer> {
    const consumer = new RecoveringConsumer(consumed)
    const { signal, limit } = consumed.options
    if (signal?.aborted === true || limit === 0) {
      consumer.#finish()
      return consumer
    }
    try {
      await consumer.#add()
      return consumer
    } catch (error) {
      consumer.#finish()
      throw error
    }
  }

  /** Starts, now and on each connection that follows. */
  async #add(): Promise<void> {
    await this.#connection.add(this)
    // It may have been stopped meanwhile.
    if (this.#state.name === 'closed') this.#connection.remove(this)
  }

  async recover(model: ChannelModel): Promise<void> {
    if (!isActive(this.#state)) return
    this.#forgetChannel()
    const revived = isReviving(this.#state)
    const started = this.#start(model)
    this.#state = { name: 'starting', started, revived }
    try {
      await started
      this.#leaveStarting({ name: 'consuming' })
    } catch (error) {
      this.#leaveStarting({ name: revived ? 'reviving' : 'idle' })
      throw error
    }
  }

  /** It may have been stopped, or have lost its connection, while it was starting. */
  #leaveStarting(state: ConsumerState): void {
    if (this.#state.name === 'starting') this.#state = state
  }

  async #start(model: ChannelModel): Promise<void> {
    const consumer = await ChannelConsumer.open(model, this.#options.prefetch ?? 1, {
      received: (message) => {
        // A message that was delivered before, and the next one in return.
        if (this.#tracker?.received(message) === false) consumer.ack(message)
        else this.#received(message, settle, context)
      },
      cancelled: () => {
        if (this.#consumer === consumer) void this.#cancelledByBroker(consumer)
      },
      closed: (error) => {
        if (this.#consumer === consumer) this.#closedByBroker(error)
      },
    })
    const settle: Settle = (delivery, how, requeue) => {
      const sent = this.#consumer === consumer && consumer.settle(delivery, how, requeue)
      this.#tracker?.settled(delivery.message, how !== 'nack' && !requeue)
      this.#unacked -= 1
      this.#closeIfDrained()
      return sent || this.#tracker !== undefined
    }
    // The tracker drops what the next connection delivers again while it is worked on here.
    const isLost = (): boolean => this.#tracker === undefined && this.#consumer !== consumer
    const context = { ...this.#context, isLost }
    // It was stopped meanwhile, and nobody would cancel a consumer that starts now.
    if (!isActive(this.#state)) return consumer.close(this.#connection.closeTimeout)
    this.#consumer = consumer
    await consumer.consume(this.#queue.name, this.#options, this.#tracker?.arguments())
  }

  connectionLost(): void {
    this.#forgetChannel()
    if (this.#state.name === 'starting' || this.#state.name === 'consuming')
      this.#state = { name: 'idle' }
  }

  #forgetChannel(): void {
    this.#consumer = undefined
    // The broker delivers these to other consumers, so they must not be worked on here.
    if (this.#options.autoAck === true) return
    for (const { message } of this.#buffer.clear()) {
      this.#tracker?.settled(message, false)
      this.#unacked -= 1
    }
  }

  /** Takes no more messages, and waits for the handlers. */
  async close(): Promise<void> {
    await this.stop()
    await this.handlers.ended()
    // A subscription that failed has reported its error already.
    if (this.#failure === undefined)
      await this.flush().catch((error: unknown) =>
        warn(`an offset was not saved: ${String(error)}`),
      )
    // The last acknowledgement must not be overtaken by the end of the connection.
    if (this.#state.name === 'closed') await this.#state.channelClosed
  }

  sessionEnded(error: MessagingError): void {
    this.#forgetChannel()
    const wasStopped = error.code === 'CLOSED' || this.#state.name === 'cancelling'
    this.#finish(wasStopped ? undefined : error)
  }

  /**
   * A queue that is being deleted can still be found, and then RabbitMQ closes the connection of a
   * client that consumes from it. The next connection would declare the queue again, which would
   * hide the loss.
   */
  causedClose(error: Error): boolean {
    return isReviving(this.#state) && isBeingDeleted(error)
  }

  #received(message: ConsumeMessage, settle: Settle, context: DeliveryContext): void {
    const { autoAck = false } = this.#options
    if (!autoAck) this.#unacked += 1
    this.#buffer.push(new Delivery(message, autoAck ? 'auto-ack' : settle, context))
  }

  /** The queue was deleted, or the consumer timeout of RabbitMQ 4.3 has expired. */
  async #cancelledByBroker(consumer: ChannelConsumer): Promise<void> {
    this.#forgetChannel()
    await consumer.close()
    await this.#revive('its queue was deleted')
  }

  #closedByBroker(error: Error): void {
    this.#forgetChannel()
    // Before 4.3 the consumer timeout closes the channel.
    if (/acknowledgement.*timed out/.test(error.message)) void this.#revive('it was too slow')
    else this.#finish(explainOperation(error))
  }

  async #revive(reason: string): Promise<void> {
    if (!isActive(this.#state)) return
    this.#state = { name: 'reviving' }
    this.#connection.suspend(this)
    try {
      await this.#connection.withChannel((channel) => channel.checkQueue(this.#queue.name))
      await this.#add()
    } catch (error) {
      const explained = explainOperation(error)
      const text = `the broker cancelled the consumer of "${this.#queue.name}": ${reason}`
      const remedy = 'start the consumer again: it declares the queue'
      this.#finish(
        explained.code === 'NOT_FOUND'
          ? new MessagingError('CONSUMER_CANCELLED', text, { cause: error, remedy })
          : explained,
      )
    }
  }

  next(): Promise<NextDelivery> {
    const delivery = this.#buffer.shift()
    if (delivery !== undefined) return Promise.resolve(delivery)
    if (!isActive(this.#state)) return this.#end()
    const next = this.#buffer.wait()
    return this.#tracker === undefined ? next : this.#flushAtEnd(next)
  }

  async #flushAtEnd(next: Promise<NextDelivery>): Promise<NextDelivery> {
    try {
      const result = await next
      if (result.done === true) await this.flush()
      return result
    } catch (error) {
      await this.flush()
      throw error
    }
  }

  /** Resolves when the position of a stream is stored. */
  async flush(): Promise<void> {
    await this.#tracker?.flush()
  }

  /** Stops, and ends with `error`. */
  fail(error: unknown): void {
    if (!isActive(this.#state)) return
    this.#failure = error instanceof Error ? error : new Error(String(error), { cause: error })
    void this.stop()
  }

  async #end(): Promise<NextDelivery> {
    if (this.#state.name === 'cancelling') await this.#state.cancelled
    await this.flush()
    if (this.#failure !== undefined) throw this.#failure
    return { value: undefined, done: true }
  }

  /** Takes no more messages; resolves when the broker sends none either. */
  stop(): Promise<void> {
    if (this.#state.name === 'cancelling') return this.#state.cancelled
    if (!isActive(this.#state)) return Promise.resolve()
    const started = this.#state.name === 'starting' ? this.#state.started : undefined
    const cancelled = this.#cancel(started)
    this.#state = { name: 'cancelling', cancelled }
    // The broker has forgotten an auto-acked message already, so the loops get it even now.
    if (this.#options.autoAck !== true) this.#buffer.stop()
    return cancelled
  }

  async #cancel(started: Promise<void> | undefined): Promise<void> {
    try {
      // The broker can only cancel a consumer that it knows.
      await fulfilledWithin(this.#connection.closeTimeout, started)
      await this.#consumer?.cancel(this.#connection.closeTimeout)
    } catch {
      // The channel or the connection is closing, and the consumer ends with it.
    }
    this.#finish()
  }

  /** No more messages will come: ends the loops, and requeues the deliveries they have not got. */
  #finish(failure?: Error): void {
    if (this.#state.name === 'draining' || this.#state.name === 'closed') return
    this.#state = { name: 'draining' }
    this.#failure ??= failure
    // The signal may live as long as the program, and see many consumers.
    this.#options.signal?.removeEventListener('abort', this.#stop)
    if (this.#options.autoAck !== true) for (const delivery of this.#buffer.clear()) delivery.nack()
    this.#buffer.end(this.#failure)
    this.#closeIfDrained()
  }

  /**
   * Not before the consumer is cancelled: RabbitMQ then has the acknowledgements of a quorum queue in
   * its log. If the channel were closed at once, it would forget those that it had not processed.
   */
  #closeIfDrained(): void {
    if (this.#state.name === 'draining' && this.#unacked === 0) void this.closeChannel()
  }

  /** Closes the channel; the broker requeues all unacknowledged messages. */
  closeChannel(): Promise<void> {
    if (this.#state.name === 'closed') return this.#state.channelClosed
    const consumer = this.#consumer
    this.#consumer = undefined
    const channelClosed = (async () => {
      await consumer?.close(this.#connection.closeTimeout)
      this.#connection.remove(this)
    })()
    this.#state = { name: 'closed', channelClosed }
    return channelClosed
  }
}
