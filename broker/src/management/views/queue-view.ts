import type { Queue } from '../../core/queue/queue.ts'
import { Connection } from '../../connection/connection.ts'
import type { ManagementContext } from '../context.ts'
import { nodeName } from '../../settings/node-name.ts'
import { toJson, type JsonObject } from '../json-fields.ts'
import { connectionDetails, openConnections } from './connection-view.ts'
import { consumersOf, consumerView } from './consumer-view.ts'

/** The size of the unacknowledged messages, by queue. */
export type UnackedBytes = ReadonlyMap<Queue, number>

/** What nobody counts while messages move is added up when somebody asks. */
export function unackedBytes(broker: ManagementContext): UnackedBytes {
  const bytes = new Map<Queue, number>()
  for (const connection of openConnections(broker))
    for (const { unacked } of connection.channels ?? [])
      for (const { queue, entry } of unacked)
        bytes.set(queue, (bytes.get(queue) ?? 0) + entry.message.body.length)
  return bytes
}

/** A queue in a list. */
export function queueView(vhost: string, queue: Queue, unacked: UnackedBytes): JsonObject {
  const { name, durable, autoDelete, owner, arguments: args } = queue.spec
  const { messageCount, unackedCount, readyBytes, consumerCount } = queue
  const unackedSize = unacked.get(queue) ?? 0
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
    consumers: consumerCount,
    messages: messageCount + unackedCount,
    messages_ready: messageCount,
    messages_unacknowledged: unackedCount,
    message_bytes: readyBytes + unackedSize,
    message_bytes_ready: readyBytes,
    message_bytes_unacknowledged: unackedSize,
    ...(queue.settings.type === 'quorum' && quorumFields(queue)),
  }
}

function policyNames({ policy: { policy, operatorPolicy } }: Queue): JsonObject {
  return {
    ...(policy !== undefined && { policy }),
    ...(operatorPolicy !== undefined && { operator_policy: operatorPolicy }),
  }
}

/** A quorum queue has one member, on the only node. */
function quorumFields({ settings: { deliveryLimit } }: Queue): JsonObject {
  return {
    delivery_limit: deliveryLimit === Infinity ? 'unlimited' : deliveryLimit,
    leader: nodeName,
    members: [nodeName],
    online: [nodeName],
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
    ...queueView(vhost, queue, unackedBytes(broker)),
    policy: queue.policy.policy ?? null,
    operator_policy: queue.policy.operatorPolicy ?? null,
    consumer_details: consumers.map((place) => consumerView(broker, place)),
    single_active_consumer_tag: tagOf(queue.settings.singleActiveConsumer),
    exclusive_consumer_tag:
      consumers.find(({ consumer }) => consumer.exclusive)?.consumer.tag ?? null,
    deliveries: [],
    incoming: [],
    ...(owner instanceof Connection && { owner_pid_details: connectionDetails(owner) }),
  }
}
