import type { StreamConnection } from '../../connection/stream/stream-connection.ts'
import type { StreamQueue } from '../../core/queue/stream-queue.ts'
import type { Subscription } from '../../stream-protocol/consuming/subscription.ts'
import { nodeName } from '../../settings/node-name.ts'
import type { JsonObject } from '../format/json-fields.ts'
import type { ManagedBroker } from '../model/context.ts'
import type { PublisherPlace, SubscriptionPlace } from '../model/stream-clients.ts'
import { connectionDetails } from './connection-view.ts'

export function publisherView({ connection, publisher }: PublisherPlace): JsonObject {
  const { id, reference, stream, counts } = publisher
  return {
    ...placeOf(connection, stream),
    publisher_id: id,
    reference,
    ...counts,
    // RabbitMQ counts errors of a cluster here, and not the batches that it refuses.
    errored: 0,
  }
}

export function subscriptionView({ connection, subscription }: SubscriptionPlace): JsonObject {
  const { spec, credit, consumed, offset } = subscription
  const { id, stream, properties } = spec
  return {
    ...placeOf(connection, stream),
    subscription_id: id,
    credits: credit,
    consumed,
    offset,
    offset_lag: consumed === 0 ? 0 : stream.log.nextOffset - 1 - offset,
    properties: Object.fromEntries(properties),
    ...activityOf(subscription),
  }
}

function placeOf(connection: StreamConnection, { name }: StreamQueue): JsonObject {
  const { user, vhost } = connection.event
  return {
    connection_details: { ...connectionDetails(connection), node: nodeName, user },
    queue: { name, vhost },
  }
}

/** The subscription as one of all consumers: it has no channel. */
export function subscriptionAsConsumer(
  broker: ManagedBroker,
  { connection, subscription }: SubscriptionPlace,
): JsonObject {
  const { user, vhost } = connection.event
  const { name, ...address } = connectionDetails(connection)
  const { id, stream, properties } = subscription.spec
  return {
    consumer_tag: `stream.subid-${id}`,
    queue: { name: stream.name, vhost },
    channel_details: {
      name: '',
      number: 0,
      node: nodeName,
      connection_name: name,
      user,
      ...address,
    },
    ack_required: false,
    exclusive: false,
    prefetch_count: 0,
    arguments: Object.fromEntries(properties),
    ...activityOf(subscription),
    consumer_timeout: broker.settings.limits.consumerTimeout,
  }
}

function activityOf({ group, isActive }: Subscription): JsonObject {
  const ofGroup = isActive ? 'single_active' : 'waiting'
  return { active: isActive, activity_status: group === undefined ? 'up' : ofGroup }
}
