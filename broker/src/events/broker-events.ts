/** What an event of the broker contains, by its name. */
export interface BrokerEvents {
  'connection.opened': ConnectionEvent
  'connection.closed': ConnectionEvent
  /** A client was refused at the handshake, or did what closes its connection. */
  'connection.failed': ConnectionEvent & { readonly reason: string }
  /** A bug of the broker; the connection is closed with 541. Printed to stderr if nobody listens. */
  'internal-error': { readonly connection: number; readonly error: unknown }
  'connection.blocked': ConnectionEvent
  'connection.unblocked': ConnectionEvent
  'channel.opened': ChannelEvent
  'channel.closed': ChannelEvent
  /** A client did what closes its channel. */
  'channel.failed': ChannelEvent & { readonly reason: string }
  'exchange.declared': ExchangeEvent & { readonly type: string }
  'exchange.deleted': ExchangeEvent
  'queue.declared': QueueEvent & { readonly type: string }
  'queue.deleted': QueueEvent
  'queue.purged': QueueEvent & { readonly messages: number }
  bound: BindingEvent
  unbound: BindingEvent
  'consumer.added': ConsumerEvent
  'consumer.removed': ConsumerEvent
  /** A message came from a client. */
  published: MessageEvent
  /** A message reached a queue. */
  routed: MessageEvent & { readonly queue: string }
  /** A message reached no queue. */
  unroutable: MessageEvent
  /** A message went to a consumer, or to a client that asked for one. */
  delivered: MessageEvent & DeliveryEvent
  acked: MessageEvent & { readonly queue: string }
  /** A message was given back to its queue. */
  requeued: MessageEvent & { readonly queue: string }
  'dead-lettered': MessageEvent & { readonly queue: string; readonly reason: string }
}

export type BrokerEventName = keyof BrokerEvents

export interface ConnectionEvent {
  readonly connection: number
  readonly user: string
  readonly vhost: string
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

export interface ConsumerEvent extends QueueEvent {
  readonly consumerTag: string
}

export interface MessageEvent {
  readonly vhost: string
  readonly exchange: string
  readonly routingKey: string
  readonly bytes: number
}

export interface DeliveryEvent {
  readonly queue: string
  /** Empty for a message that basic.get asked for. */
  readonly consumerTag: string
  readonly redelivered: boolean
}

export type BrokerListener<N extends BrokerEventName> = (event: BrokerEvents[N]) => void
