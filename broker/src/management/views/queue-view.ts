import { Connection } from '../../connection/connection.ts'
import type { Queue } from '../../core/queue/queue.ts'
import { StreamQueue } from '../../core/queue/stream-queue.ts'
import { nodeName } from '../../settings/node-name.ts'
import { type JsonObject, toJson } from '../format/json-fields.ts'
import type { ManagementContext } from '../model/context.ts'
import { QueueStatistics } from '../model/queue-statistics.ts'
import { subscriptionsOf } from '../model/stream-clients.ts'
import { connectionDetails } from './connection-view.ts'
import { consumersOf, consumerView } from './consumer-view.ts'
import { subscriptionAsConsumer } from './stream-view.ts'

/** A queue in a list. */
export function queueView(vhost: string, queue: Queue, statistics: QueueStatistics): JsonObject {
  const { name, durable, autoDelete, owner, arguments: args } = queue.spec
  return {
    name,
    vhost,
    type: queue.settings.type,
    durable,
    auto_delete: autoDelete,
    exclusive: owner !== undefined,
    arguments: toJson(args),
    node: nodeName,
    state: 'running',
    internal: false,
    internal_owner: false,
    ...policyNames(queue),
    effective_policy_definition: queue.policy.definition,
    consumers: queue.consumerCount,
    ...statistics.of(queue),
    ...(queue.settings.type === 'quorum' && quorumFields(queue)),
    ...(queue instanceof StreamQueue && streamFields(queue)),
  }
}

function policyNames({ policy: { policy, operatorPolicy } }: Queue): JsonObject {
  return {
    ...(policy !== undefined && { policy }),
    ...(operatorPolicy !== undefined && { operator_policy: operatorPolicy }),
  }
}

/** A replicated queue has one member, on the only node. */
const replicas = { leader: nodeName, members: [nodeName], online: [nodeName] }

function quorumFields({ settings: { deliveryLimit } }: Queue): JsonObject {
  return {
    delivery_limit: deliveryLimit === Infinity ? 'unlimited' : deliveryLimit,
    ...replicas,
  }
}

function streamFields({ log }: StreamQueue): JsonObject {
  return {
    first_timestamp: log.firstTimestamp ?? 0,
    segments: log.segmentCount,
    ...replicas,
  }
}

/** A queue by itself. */
export function queueDetails(broker: ManagementContext, vhost: string, queue: Queue): JsonObject {
  const { owner } = queue.spec
  const consumers = consumersOf(broker, queue)
  const tagOf = (wanted: boolean | undefined): string | null =>
    wanted === true
      ? (Array.from(queue.consumers).find((each) => queue.isActive(each))?.tag ?? null)
      : null
  return {
    ...queueView(vhost, queue, new QueueStatistics(broker)),
    policy: queue.policy.policy ?? null,
    operator_policy: queue.policy.operatorPolicy ?? null,
    consumer_details: [
      ...consumers.map((place) => consumerView(broker, place)),
      ...subscriptionsOf(broker, queue).map((place) => subscriptionAsConsumer(broker, place)),
    ],
    single_active_consumer_tag: tagOf(queue.settings.singleActiveConsumer),
    exclusive_consumer_tag:
      consumers.find(({ consumer }) => consumer.exclusive)?.consumer.tag ?? null,
    deliveries: [],
    incoming: [],
    ...(owner instanceof Connection && { owner_pid_details: connectionDetails(owner) }),
  }
}
