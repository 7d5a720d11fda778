import type { MessageEvent } from '../../events/broker-events.ts'
import type { EventHub } from '../../events/event-hub.ts'
import type { DeathReason } from '../message/death.ts'
import type { Message } from '../message/message.ts'
import type { Consumer } from './consumers/consumer.ts'
import type { QueueEntry } from './messages/queue-entry.ts'

/** Emits the events of one queue. */
export class QueueEvents {
  readonly #events: EventHub
  readonly #vhost: string
  readonly #queue: string

  constructor(events: EventHub, vhost: string, queue: string) {
    this.#events = events
    this.#vhost = vhost
    this.#queue = queue
  }

  /** A stream has stored a message. */
  emitAppended(message: Message, offset: number): void {
    if (!this.#events.hasListeners('routed')) return
    this.#events.emit('routed', { ...this.#messageEvent(message), offset })
  }

  /** A stream delivers a message. */
  emitRead(entry: QueueEntry, { tag: consumerTag, connection }: Consumer): void {
    if (!this.#events.hasListeners('delivered')) return
    const { message, redelivered, position: offset } = entry
    const delivery = { consumerTag, connection, redelivered, offset }
    this.#events.emit('delivered', { ...this.#messageEvent(message), ...delivery })
  }

  emitMessage(name: 'routed' | 'acked' | 'requeued', message: Message): void {
    if (this.#events.hasListeners(name)) this.#events.emit(name, this.#messageEvent(message))
  }

  /** The consumer tag is empty for basic.get. */
  emitDelivered(
    { message, redelivered }: QueueEntry,
    { tag: consumerTag, connection }: Pick<Consumer, 'tag' | 'connection'>,
  ): void {
    if (!this.#events.hasListeners('delivered')) return
    const delivery = { consumerTag, connection, redelivered }
    this.#events.emit('delivered', { ...this.#messageEvent(message), ...delivery })
  }

  emitDeadLettered(message: Message, reason: DeathReason): void {
    if (!this.#events.hasListeners('dead-lettered')) return
    this.#events.emit('dead-lettered', { ...this.#messageEvent(message), reason })
  }

  emitConsumer(name: 'consumer.added' | 'consumer.removed', consumer: Consumer): void {
    const { tag: consumerTag, connection, prefetch, noAck } = consumer
    const event = { vhost: this.#vhost, queue: this.#queue, consumerTag, connection }
    this.#events.emit(name, { ...event, prefetch, noAck })
  }

  #messageEvent(message: Message): MessageEvent & { readonly queue: string } {
    const { exchange, routingKey, size: bytes } = message
    return { vhost: this.#vhost, exchange, routingKey, bytes, message, queue: this.#queue }
  }
}
