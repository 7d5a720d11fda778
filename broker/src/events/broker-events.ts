import type { MessageProperties } from '../protocol/properties.ts'

/** The events of the broker, by name. */
export interface BrokerEvents {
  'connection.opened': ConnectionEvent
  'connection.closed': ConnectionEvent
  /** A client was refused during the handshake, or its connection closed because of an error. */
  'connection.failed': ConnectionEvent & { readonly reason: string }
  /** A bug in the broker. The connection is closed with 541. Without listeners, stderr shows it. */
  'internal-error': { readonly connection: number; readonly error: unknown }
  'connection.blocked': ConnectionEvent
  'connection.unblocked': ConnectionEvent
  'channel.opened': ChannelEvent
  'channel.closed': ChannelEvent
  /** A channel was closed because of an error. */
  'channel.failed': ChannelEvent & { readonly reason: string }
  'exchange.declared': ExchangeEvent & { readonly type: string }
  'exchange.deleted': ExchangeEvent
  'queue.declared': QueueEvent & { readonly type: string }
  'queue.deleted': QueueEvent
  'queue.purged': QueueEvent & { readonly messages: number }
  bound: BindingEvent
  unbound: BindingEvent
  'consumer.added': ConsumerEvent & {
    /** How many unacked messages it may have; 0 for any number. */
    readonly prefetch: number
    /** The broker waits for no acknowledgements. */
    readonly noAck: boolean
  }
  'consumer.removed': ConsumerEvent
  /** A client published a message. */
  published: MessageEvent & ByClient
  /** A message was routed to a queue. */
  routed: MessageEvent & RoutingEvent
  /** No queue matched a message. */
  unroutable: MessageEvent & ByClient
  /** A message was delivered to a consumer, or to a client that called basic.get. */
  delivered: MessageEvent & DeliveryEvent
  acked: MessageEvent & { readonly queue: string }
  requeued: MessageEvent & { readonly queue: string }
  'dead-lettered': MessageEvent & { readonly queue: string; readonly reason: string }
}

export type BrokerEventName = keyof BrokerEvents

export interface ConnectionEvent {
  readonly connection: number
  readonly user: string
  readonly vhost: string
}

export interface ByClient {
  /** The connection of the client; undefined for a user of the management API. */
  readonly connection: number | undefined
}

export interface ChannelEvent extends ConnectionEvent {
  readonly channel: number
}

export interface ExchangeEvent {
  readonly vhost: string
  readonly exchange: string
}

export interface QueueEvent {
  readonly vhost: string
  readonly queue: string
}

export interface BindingEvent {
  readonly vhost: string
  readonly source: string
  readonly destination: string
  readonly destinationType: 'queue' | 'exchange'
  readonly routingKey: string
}

export interface ConsumerEvent extends QueueEvent, ByClient {
  readonly consumerTag: string
}

export interface MessageEvent {
  readonly vhost: string
  readonly exchange: string
  readonly routingKey: string
  readonly bytes: number
  readonly message: EventMessage
}

/** A message in the broker. All events about it contain the same object; do not change it. */
export interface EventMessage {
  /**
   * The number of the message in this process. Its dead letters keep it, and so do its copies in several
   * queues. What is read from a stream has a number of its own: there, use the offset.
   */
  readonly id: number
  readonly exchange: string
  readonly routingKey: string
  readonly body: Uint8Array
  /** Decoded when they are read. */
  readonly properties: MessageProperties
}

export interface RoutingEvent {
  readonly queue: string
  /** Where the message is in a stream; undefined for other queues. */
  readonly offset?: number
}

export interface DeliveryEvent extends RoutingEvent, ByClient {
  /** Empty for basic.get. */
  readonly consumerTag: string
  readonly redelivered: boolean
}

export type BrokerListener<N extends BrokerEventName> = (event: BrokerEvents[N]) => void
