import type { TracedChannel } from '../core/firehose.ts'
import type { Message } from '../core/message/message.ts'
import type { Recipient } from '../core/queue/consumers/consumer.ts'
import { entryOf, type QueueEntry, type ReadyMessage } from '../core/queue/messages/queue-entry.ts'
import type { Queue } from '../core/queue/queue.ts'
import { preconditionFailed } from '../protocol/faults.ts'
import type { OutgoingContent } from '../wire/frame-writer.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { MethodFields } from '../wire/methods.ts'
import { acknowledge, type Acknowledgement } from './acknowledgement.ts'
import type { BasicConsumer, ConsumerChannel } from './basic-consumer.ts'
import type { ChannelHost } from './channel-host.ts'
import { ContentAssembler } from './content/content-assembler.ts'
import { MessageReader } from './content/message-reader.ts'
import { outgoingContent } from './content/outgoing-content.ts'
import { PublisherConfirms } from './publisher-confirms.ts'
import { ReplyQueue } from './reply-queue.ts'
import type { Transaction } from './transaction.ts'
import { UnackedDeliveries, type UnackedDelivery } from './unacked.ts'

export type ChannelState = 'starting' | 'running' | 'closing' | 'closed'

/** A channel of a connection: its state. What its methods do is in handlers/. */
export class Channel implements ConsumerChannel, Recipient {
  readonly number: number
  readonly host: ChannelHost
  readonly assembler: ContentAssembler
  readonly messages: MessageReader
  readonly unacked = new UnackedDeliveries()
  /** By consumer tag. */
  readonly consumers = new Map<string, BasicConsumer>()
  state: ChannelState = 'starting'
  /** For the next consumers. */
  prefetch = 0
  /** The queue that an empty name stands for. */
  lastQueue = ''
  confirms: PublisherConfirms | undefined
  transaction: Transaction | undefined
  replyQueue: ReplyQueue | undefined
  #nextDeliveryTag = 1

  constructor(number: number, host: ChannelHost) {
    this.number = number
    this.host = host
    this.messages = new MessageReader(host.bodies)
    this.assembler = new ContentAssembler(host.bodies, host.limits.maxMessageSize)
  }

  get connection(): number | undefined {
    return this.host.connection
  }

  get writable(): boolean {
    return this.state === 'running' && !this.host.output.full
  }

  /** How the firehose names this channel. */
  get traced(): TracedChannel {
    const { connectionName: connection, userProvidedName, user } = this.host
    return { connection, userProvidedName, channel: this.number, user }
  }

  send<N extends MethodName>(name: N, fields: MethodFields<N>): void {
    this.host.output.sendMethod(this.number, name, fields)
  }

  /** Sends a method that has content. */
  sendMessage<N extends MethodName>(
    name: N,
    fields: MethodFields<N>,
    content: OutgoingContent,
  ): void {
    const { output } = this.host
    output.sendMethod(this.number, name, fields)
    output.sendContent(this.number, content)
  }

  enableConfirms(): void {
    this.confirms ??= new PublisherConfirms({
      ack: (deliveryTag, multiple) => this.#confirm('basic.ack', { deliveryTag, multiple }),
      nack: (deliveryTag, multiple) =>
        this.#confirm('basic.nack', { deliveryTag, multiple, requeue: true }),
    })
  }

  nextDeliveryTag(): number {
    return this.#nextDeliveryTag++
  }

  deliver(consumer: BasicConsumer, entry: QueueEntry): void {
    const { tag: consumerTag, queue } = consumer
    const deliveryTag = this.nextDeliveryTag()
    if (!consumer.noAck) this.unacked.add({ tag: deliveryTag, entry, queue, consumer })
    const { redelivered, message } = entry
    const { exchange, routingKey } = message
    const fields = { consumerTag, deliveryTag, redelivered, exchange, routingKey }
    this.sendMessage('basic.deliver', fields, outgoingContent(entry))
    this.traceDelivery(queue.name, entry)
  }

  /** Sends a delivery to the firehose, if tracing is on. */
  traceDelivery(queue: string, delivered: ReadyMessage): void {
    const { firehose } = this.host.vhost
    if (firehose === undefined) return
    const entry = entryOf(delivered)
    const { message, redelivered } = entry
    const { properties } = outgoingContent(entry)
    firehose.delivered({ queue, message, redelivered, properties }, this.traced)
  }

  consumerCanceled({ tag }: BasicConsumer): void {
    this.consumers.delete(tag)
    if (!this.host.cancelNotify) return
    // The reply to the method that deleted the queue goes first.
    this.host.afterMethod(() => {
      if (this.state === 'running') this.send('basic.cancel', { consumerTag: tag, noWait: true })
    })
  }

  consumerTimedOut({ tag }: BasicConsumer): void {
    if (this.host.cancelNotify && this.consumers.has(tag))
      this.send('basic.cancel', { consumerTag: tag, noWait: true })
    else this.timedOut()
  }

  /** A message from basic.get was not acknowledged in time. */
  timedOut(): void {
    this.host.failChannel(
      this.number,
      preconditionFailed(
        `delivery acknowledgement on channel ${this.number} timed out. Timeout value used: -1 ms. ` +
          'This timeout value can be configured, see consumers doc guide to learn more',
      ),
    )
  }

  recovered(): void {
    // There is no consumer that could receive messages again.
  }

  /** Starts to consume from amq.rabbitmq.reply-to. */
  consumeReplies(consumerTag: string): void {
    const replies = new ReplyQueue(consumerTag, (message) => this.#deliverReply(replies, message))
    this.replyQueue = replies
    this.host.vhost.replies.add(replies)
  }

  cancelReplies(): void {
    if (this.replyQueue !== undefined) this.host.vhost.replies.remove(this.replyQueue)
    this.replyQueue = undefined
  }

  /** Acknowledges deliveries that were taken from `unacked`: at once, or when a transaction commits. */
  acknowledge(acknowledgement: Acknowledgement, deliveries: readonly UnackedDelivery[]): void {
    if (this.transaction === undefined) acknowledge(acknowledgement, deliveries)
    else this.transaction.acknowledge(acknowledgement, deliveries)
  }

  /** The client reads again, so its consumers have capacity. */
  resume(): void {
    for (const consumer of this.consumers.values()) consumer.queue.resume(consumer)
  }

  /** Requeues the unacked messages, and removes the consumers. */
  close(): void {
    const consumers = Array.from(this.consumers.values())
    this.consumers.clear()
    this.cancelReplies()
    const uncommitted = this.transaction?.rollback() ?? []
    const queues = new Set<Queue>()
    for (const { queue, entry } of [...this.unacked.takeAll(), ...uncommitted]) {
      queue.requeue(entry, true)
      queues.add(queue)
    }
    for (const consumer of consumers) consumer.queue.removeConsumer(consumer)
    for (const queue of queues) queue.deliverReady()
  }

  #confirm<N extends 'basic.ack' | 'basic.nack'>(name: N, fields: MethodFields<N>): void {
    const { faults } = this.host
    if (faults === undefined) this.send(name, fields)
    else
      faults.confirm(() => {
        if (this.state === 'running') this.send(name, fields)
      })
  }

  #deliverReply(replies: ReplyQueue, message: Message): void {
    const { name, consumerTag } = replies
    // There is nowhere to keep a reply that the client cannot receive now.
    if (!this.writable || this.replyQueue !== replies) return
    const deliveryTag = this.nextDeliveryTag()
    const { exchange, routingKey } = message
    const fields = { consumerTag, deliveryTag, redelivered: false, exchange, routingKey }
    this.sendMessage('basic.deliver', fields, message)
    this.traceDelivery(name, message)
    this.#emitReply(name, consumerTag, message)
  }

  #emitReply(queue: string, consumerTag: string, message: Message): void {
    const { events, vhost, connection } = this.host
    if (!events.hasListeners('delivered')) return
    const { exchange, routingKey, body } = message
    const about = { vhost: vhost.vhost, exchange, routingKey, bytes: body.length, message }
    events.emit('delivered', { ...about, queue, consumerTag, connection, redelivered: false })
  }
}
