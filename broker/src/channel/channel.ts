import type { Message } from '../core/message/message.ts'
import type { Holder } from '../core/queue/consumers/consumer.ts'
import type { QueueEntry } from '../core/queue/messages/queue-entry.ts'
import type { Queue } from '../core/queue/queue.ts'
import { preconditionFailed } from '../protocol/faults.ts'
import type { MethodName } from '../wire/method-table.ts'
import type { MethodFields } from '../wire/methods.ts'
import type { ChannelHost } from './channel-host.ts'
import { ConfirmLog } from './publisher-confirms.ts'
import { ContentAssembler } from './content/content-assembler.ts'
import { MessageReader } from './content/message-reader.ts'
import { outgoingContent } from './content/outgoing-content.ts'
import type { ReplyConsumer } from './reply-queue.ts'
import type { Subscription, SubscriptionHost } from './basic-consumer.ts'
import type { Settlement, Transaction } from './transaction.ts'
import { UnackedDeliveries, type Delivery } from './unacked.ts'

export type ChannelState = 'starting' | 'running' | 'closing' | 'closed'

/** One channel of a connection: what it has open. What its methods do is in handlers/. */
export class Channel implements SubscriptionHost, Holder {
  readonly number: number
  readonly host: ChannelHost
  readonly assembler: ContentAssembler
  readonly messages: MessageReader
  readonly unacked = new UnackedDeliveries()
  readonly subscriptions = new Map<string, Subscription>()
  state: ChannelState = 'starting'
  /** For consumers that start from now on. */
  prefetch = 0
  /** What an empty queue name stands for. */
  lastQueue = ''
  confirms: ConfirmLog | undefined
  transaction: Transaction | undefined
  replyConsumer: ReplyConsumer | undefined
  #nextTag = 1

  constructor(number: number, host: ChannelHost) {
    this.number = number
    this.host = host
    this.messages = new MessageReader(host.bodies)
    this.assembler = new ContentAssembler(host.bodies, host.limits.maxMessageSize)
  }

  get writable(): boolean {
    return this.state === 'running' && !this.host.congested
  }

  send<N extends MethodName>(name: N, fields: MethodFields<N>): void {
    this.host.send(this.number, name, fields)
  }

  /** Sends a message after its method. */
  sendMessage<N extends MethodName>(name: N, fields: MethodFields<N>, message: Message): void {
    this.send(name, fields)
    this.host.sendContent(this.number, message)
  }

  enableConfirms(): void {
    this.confirms ??= new ConfirmLog({
      ack: (deliveryTag, multiple) => this.send('basic.ack', { deliveryTag, multiple }),
      nack: (deliveryTag, multiple) =>
        this.send('basic.nack', { deliveryTag, multiple, requeue: true }),
    })
  }

  /** The delivery tag for the next message that goes out. */
  nextTag(): number {
    return this.#nextTag++
  }

  deliver(subscription: Subscription, entry: QueueEntry): void {
    const tag = this.nextTag()
    const { queue } = subscription
    if (!subscription.noAck) this.unacked.add({ tag, entry, queue, subscription })
    const { exchange, routingKey } = entry.message
    this.send('basic.deliver', {
      consumerTag: subscription.tag,
      deliveryTag: tag,
      redelivered: entry.redelivered,
      exchange,
      routingKey,
    })
    this.host.sendContent(this.number, outgoingContent(entry))
  }

  subscriptionCancelled(subscription: Subscription): void {
    this.subscriptions.delete(subscription.tag)
    if (!this.host.cancelNotify) return
    // The reply to the method that removed the queue goes first.
    this.host.afterMethod(() => {
      if (this.state === 'running')
        this.send('basic.cancel', { consumerTag: subscription.tag, noWait: true })
    })
  }

  subscriptionTimedOut(subscription: Subscription): void {
    if (this.host.cancelNotify && this.subscriptions.has(subscription.tag))
      this.send('basic.cancel', { consumerTag: subscription.tag, noWait: true })
    else this.timedOut()
  }

  /** A message that basic.get took was kept for too long. */
  timedOut(): void {
    this.host.fail(
      this,
      preconditionFailed(
        `delivery acknowledgement on channel ${this.number} timed out. Timeout value used: -1 ms. ` +
          'This timeout value can be configured, see consumers doc guide to learn more',
      ),
    )
  }

  recovered(): void {
    // A message that basic.get took has no consumer to go on with.
  }

  /** Settles deliveries that were taken out of `unacked`; a transaction does that later. */
  settle(settlement: Settlement, deliveries: readonly Delivery[]): void {
    if (this.transaction === undefined) this.settleNow(settlement, deliveries)
    else this.transaction.settle(settlement, deliveries)
  }

  settleNow(settlement: Settlement, deliveries: readonly Delivery[]): void {
    for (const group of byConsumer(deliveries)) settleGroup(settlement, group)
  }

  /** The client reads again: its consumers can take messages. */
  resume(): void {
    for (const subscription of this.subscriptions.values()) subscription.queue.resume(subscription)
  }

  /** Gives back what is unsettled and ends the consumers. */
  release(): void {
    const { subscriptions } = this
    const consumers = Array.from(subscriptions.values())
    subscriptions.clear()
    this.replyConsumer?.close()
    this.replyConsumer = undefined
    const undecided = this.transaction?.rollback() ?? []
    const deliveries = [...this.unacked.takeAll(), ...undecided]
    const touched = new Set<Queue>()
    for (const { queue, entry } of deliveries) {
      queue.putBack(entry, true)
      touched.add(queue)
    }
    for (const consumer of consumers) consumer.queue.removeConsumer(consumer)
    for (const queue of touched) queue.deliver()
  }
}

/**
 * RabbitMQ settles what one consumer had before it turns to the next, in the order of their tags:
 * what comes back goes out again in between.
 */
function byConsumer(deliveries: readonly Delivery[]): Iterable<readonly Delivery[]> {
  if (deliveries.length === 1) return [deliveries]
  const groups = new Map<string, Delivery[]>()
  for (const delivery of deliveries) {
    const key = JSON.stringify([delivery.queue.name, delivery.subscription?.tag ?? ''])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [delivery])
    else group.push(delivery)
  }
  if (groups.size === 1) return groups.values()
  return Array.from(groups)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, group]) => group)
}

function settleGroup(settlement: Settlement, group: readonly Delivery[]): void {
  for (const { queue, entry, subscription } of group) {
    apply(queue, entry, settlement)
    subscription?.settled()
  }
  const [{ queue, subscription } = {}] = group
  if (subscription !== undefined) queue?.resume(subscription)
  if (settlement === 'return' || settlement === 'return-failed') queue?.deliver()
}

function apply(queue: Queue, entry: QueueEntry, settlement: Settlement): void {
  switch (settlement) {
    case 'ack':
      return queue.settle(entry)
    case 'discard':
      return queue.discard(entry, false)
    case 'discard-failed':
      return queue.discard(entry, true)
    case 'return':
      return queue.putBack(entry, false)
    case 'return-failed':
      return queue.putBack(entry, true)
  }
}
