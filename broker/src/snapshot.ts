import type { BrokerContext } from './connection/broker-context.ts'
import type { ClientConnection } from './connection/stream/client-connection.ts'
import type { ConnectionProtocol, ConnectionState } from './connection/lifecycle.ts'
import { destinationType, type Binding } from './core/bindings.ts'
import type { Exchange } from './core/exchange/exchange.ts'
import type { Queue } from './core/queue/queue.ts'
import { plainFields } from './protocol/field-value.ts'

export interface QueueSnapshot {
  readonly name: string
  readonly type: 'classic' | 'quorum' | 'stream'
  readonly durable: boolean
  readonly exclusive: boolean
  readonly autoDelete: boolean
  /** The number of messages that are ready for delivery. */
  readonly ready: number
  /** The number of messages that were delivered and are not acknowledged. */
  readonly unacked: number
  readonly consumers: number
  /** As in the declaration: `x-message-ttl`, for example. */
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface ExchangeSnapshot {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly internal: boolean
  readonly autoDelete: boolean
}

export interface BindingSnapshot {
  readonly source: string
  readonly destination: string
  readonly destinationType: 'queue' | 'exchange'
  readonly routingKey: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface ConsumerSnapshot {
  readonly queue: string
  readonly consumerTag: string
  /** The number of its connection. */
  readonly connection: number | undefined
  /** How many unacked messages it may have; 0 for any number. */
  readonly prefetch: number
  readonly unacked: number
  readonly noAck: boolean
}

export interface VirtualHostSnapshot {
  readonly name: string
  readonly exchanges: readonly ExchangeSnapshot[]
  readonly queues: readonly QueueSnapshot[]
  readonly bindings: readonly BindingSnapshot[]
  readonly consumers: readonly ConsumerSnapshot[]
}

export interface ConnectionSnapshot {
  readonly id: number
  readonly protocol: ConnectionProtocol
  /** As RabbitMQ names connections: `127.0.0.1:50412 -> 127.0.0.1:5672`. */
  readonly name: string
  /** The address of the client; undefined if it did not connect over a socket. */
  readonly peerHost: string | undefined
  readonly peerPort: number | undefined
  /** `connection_name` is the name that the client gave the connection. */
  readonly clientProperties: Readonly<Record<string, unknown>>
  /** Empty before the login. */
  readonly user: string
  /** Empty before connection.open. */
  readonly vhost: string
  readonly state: ConnectionState
  readonly channels: number
  /** Whether it is blocked because it published while the broker was low on memory. */
  readonly blocked: boolean
}

/** The state of a broker at one moment. */
export interface BrokerSnapshot {
  readonly vhosts: readonly VirtualHostSnapshot[]
  readonly connections: readonly ConnectionSnapshot[]
  /** An estimate of the bytes that all messages take. */
  readonly memoryUsed: number
}

export function takeSnapshot(
  { vhosts, memory }: BrokerContext,
  connections: Iterable<ClientConnection>,
): BrokerSnapshot {
  return {
    vhosts: Array.from(vhosts, ({ vhost: name, exchanges, queues, bindings }) => {
      const all = Array.from(exchanges)
      return {
        name,
        exchanges: all.map(exchangeSnapshot),
        queues: Array.from(queues, queueSnapshot),
        bindings: all.flatMap((exchange) => bindings.from(exchange).map(bindingSnapshot)),
        consumers: Array.from(queues).flatMap(consumerSnapshots),
      }
    }),
    connections: Array.from(connections, connectionSnapshot),
    memoryUsed: memory.used,
  }
}

export function connectionSnapshot(connection: ClientConnection): ConnectionSnapshot {
  const { peer, event, clientProperties, state, channels, blocked, protocol } = connection
  const { id, name, address } = peer
  const { user, vhost } = event
  return {
    id,
    protocol,
    name,
    peerHost: address?.host,
    peerPort: address?.port,
    clientProperties: plainFields(clientProperties),
    user,
    vhost,
    state,
    channels: channels?.size ?? 0,
    blocked,
  }
}

function exchangeSnapshot({ spec }: Exchange): ExchangeSnapshot {
  const { name, type, durable, internal, autoDelete } = spec
  return { name, type, durable, internal, autoDelete }
}

function queueSnapshot(queue: Queue): QueueSnapshot {
  const { name, durable, autoDelete, owner } = queue.spec
  return {
    name,
    type: queue.settings.type,
    durable,
    exclusive: owner !== undefined,
    autoDelete,
    ready: queue.messageCount,
    unacked: queue.unackedCount,
    consumers: queue.consumerCount,
    arguments: plainFields(queue.spec.arguments),
  }
}

function consumerSnapshots({ name: queue, consumers }: Queue): readonly ConsumerSnapshot[] {
  return Array.from(consumers, (consumer) => {
    const { tag: consumerTag, connection, prefetch, unackedCount: unacked, noAck } = consumer
    return { queue, consumerTag, connection, prefetch, unacked, noAck }
  })
}

function bindingSnapshot(binding: Binding): BindingSnapshot {
  const { source, destination, routingKey } = binding
  return {
    source: source.name,
    destination: destination.name,
    destinationType: destinationType(destination),
    routingKey,
    arguments: plainFields(binding.arguments),
  }
}
