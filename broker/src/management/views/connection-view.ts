import type { Channel } from '../../channel/channel.ts'
import type { ClientConnection } from '../../connection/stream/client-connection.ts'
import { nodeName } from '../../settings/node-name.ts'
import { type JsonObject, toJson } from '../format/json-fields.ts'
import { trafficOf } from '../model/measurements.ts'
import type { Rates } from '../model/rates.ts'
import { tlsView } from './tls-view.ts'

export function connectionView(connection: ClientConnection, rates: Rates): JsonObject {
  const { peer, event, tuning, clientProperties, mechanism, connectedAt } = connection
  const { address, local } = peer
  const properties = toJson(clientProperties)
  return {
    name: peer.name,
    node: nodeName,
    ...(connection.protocol !== 'stream' && { type: 'network' }),
    protocol: connection.protocol,
    state: connection.blocked ? 'blocked' : connection.state,
    user: event.user,
    user_who_performed_action: event.user,
    vhost: event.vhost,
    auth_mechanism: mechanism,
    channels: connection.channels?.size ?? 0,
    channel_max: tuning.channelMax,
    frame_max: tuning.frameMax,
    timeout: tuning.heartbeat,
    connected_at: Math.floor(connectedAt),
    client_properties: properties,
    ...(properties['connection_name'] !== undefined && {
      user_provided_name: properties['connection_name'],
    }),
    ...(address !== undefined && { peer_host: address.host, peer_port: address.port }),
    ...(local !== undefined && { host: local.host, port: local.port }),
    ...rates.of(connection, trafficOf(connection)),
    ...tlsView(peer.tls),
  }
}

/** How channels, consumers and queues name a connection. */
export function connectionDetails({ peer: { name, address } }: ClientConnection): JsonObject {
  return {
    name,
    ...(address !== undefined && { peer_host: address.host, peer_port: address.port }),
  }
}

export function channelName(connection: ClientConnection, { number }: Channel): string {
  return `${connection.peer.name} (${number})`
}

export function channelView(connection: ClientConnection, channel: Channel): JsonObject {
  const { user, vhost } = connection.event
  return {
    name: channelName(connection, channel),
    number: channel.number,
    node: nodeName,
    connection_details: connectionDetails(connection),
    user,
    user_who_performed_action: user,
    vhost,
    state: channel.state,
    confirm: channel.confirms !== undefined,
    transactional: channel.transaction !== undefined,
    consumer_count: channel.consumers.size,
    prefetch_count: channel.prefetch,
    messages_unacknowledged: channel.unacked.size,
    // A message is confirmed in the turn in which it arrives.
    messages_unconfirmed: 0,
  }
}
