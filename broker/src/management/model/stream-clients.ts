import type { StreamConnection } from '../../connection/stream/stream-connection.ts'
import type { Queue } from '../../core/queue/queue.ts'
import type { Subscription } from '../../stream-protocol/consuming/subscription.ts'
import type { Publisher } from '../../stream-protocol/publishing/publisher.ts'
import { openConnections } from './connections.ts'
import type { ManagedBroker } from './context.ts'

/** A consumer of the stream protocol with the connection that it belongs to. */
export interface SubscriptionPlace {
  readonly connection: StreamConnection
  readonly subscription: Subscription
}

/** A publisher of the stream protocol with the connection that it belongs to. */
export interface PublisherPlace {
  readonly connection: StreamConnection
  readonly publisher: Publisher
}

export function streamConnections(broker: ManagedBroker): readonly StreamConnection[] {
  return openConnections(broker).filter((connection) => connection.protocol === 'stream')
}

export function subscriptionsIn(
  connections: readonly StreamConnection[],
): readonly SubscriptionPlace[] {
  return connections.flatMap((connection) =>
    Array.from(connection.session?.subscriptions ?? [], (subscription) => ({
      connection,
      subscription,
    })),
  )
}

export function publishersIn(connections: readonly StreamConnection[]): readonly PublisherPlace[] {
  return connections.flatMap((connection) =>
    Array.from(connection.session?.publishers ?? [], (publisher) => ({ connection, publisher })),
  )
}

export function allSubscriptions(broker: ManagedBroker): readonly SubscriptionPlace[] {
  return subscriptionsIn(streamConnections(broker))
}

export function subscriptionsOf(broker: ManagedBroker, queue: Queue): readonly SubscriptionPlace[] {
  return allSubscriptions(broker).filter(({ subscription }) => subscription.spec.stream === queue)
}
