import type { BasicConsumer } from '../../channel/basic-consumer.ts'
import type { Channel } from '../../channel/channel.ts'
import type { ClientConnection } from '../../connection/stream/client-connection.ts'
import type { Queue } from '../../core/queue/queue.ts'
import { nodeName } from '../../settings/node-name.ts'
import { type JsonObject, toJson } from '../format/json-fields.ts'
import { openConnections } from '../model/connections.ts'
import type { ManagedBroker } from '../model/context.ts'
import { channelName } from './connection-view.ts'

/** A consumer with the channel and connection that it belongs to. */
export interface ConsumerPlace {
  readonly connection: ClientConnection
  readonly channel: Channel
  readonly consumer: BasicConsumer
}

export function allConsumers(broker: ManagedBroker): readonly ConsumerPlace[] {
  return openConnections(broker).flatMap((connection) =>
    Array.from(connection.channels ?? []).flatMap((channel) =>
      Array.from(channel.consumers.values(), (consumer) => ({ connection, channel, consumer })),
    ),
  )
}

export function consumersOf(broker: ManagedBroker, queue: Queue): readonly ConsumerPlace[] {
  return allConsumers(broker).filter(({ consumer }) => consumer.queue === queue)
}

export function consumerView(
  broker: ManagedBroker,
  { connection, channel, consumer }: ConsumerPlace,
): JsonObject {
  const { peer, event } = connection
  const { queue, tag, noAck, exclusive, prefetch } = consumer
  const timeout = consumer.arguments.get('x-consumer-timeout')?.value
  return {
    consumer_tag: tag,
    queue: { name: queue.name, vhost: event.vhost },
    channel_details: {
      name: channelName(connection, channel),
      number: channel.number,
      node: nodeName,
      connection_name: peer.name,
      user: event.user,
      ...(peer.address !== undefined && {
        peer_host: peer.address.host,
        peer_port: peer.address.port,
      }),
    },
    ack_required: !noAck,
    exclusive,
    prefetch_count: prefetch,
    arguments: toJson(consumer.arguments),
    active: queue.isActive(consumer),
    activity_status: activityOf(queue, consumer),
    consumer_timeout:
      timeout ?? queue.settings.consumerTimeout ?? broker.settings.limits.consumerTimeout,
  }
}

function activityOf(queue: Queue, consumer: BasicConsumer): string {
  if (queue.settings.singleActiveConsumer)
    return queue.isActive(consumer) ? 'single_active' : 'waiting'
  if (queue.settings.type === 'stream') return 'up'
  return consumer.hasCapacity() ? 'up' : 'blocked'
}
