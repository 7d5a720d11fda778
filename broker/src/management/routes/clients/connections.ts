import type { Channel } from '../../../channel/channel.ts'
import type { ClientConnection } from '../../../connection/stream/client-connection.ts'
import { notFound, unauthorized } from '../../format/api-error.ts'
import { listed, paged, withColumns } from '../../format/listing.ts'
import { noContent } from '../../format/reply.ts'
import type { ApiRequest } from '../../http/api-request.ts'
import { isAdministrator, isMonitor } from '../../http/authorization.ts'
import type { Route } from '../../http/router.ts'
import { forceClose, openConnections } from '../../model/connections.ts'
import { allSubscriptions } from '../../model/stream-clients.ts'
import { channelName, channelView, connectionView } from '../../views/connection-view.ts'
import { allConsumers, consumerView } from '../../views/consumer-view.ts'
import { subscriptionAsConsumer } from '../../views/stream-view.ts'

export const connectionRoutes: readonly Route[] = [
  { path: 'connections', role: 'management', get: list },
  { path: 'connections/username/:user', role: 'management', get: list, delete: closeAll },
  { path: 'connections/:connection', role: 'management', get: show, delete: close },
  { path: 'connections/:connection/channels', role: 'management', get: channelsOfOne },
  { path: 'vhosts/:vhost/connections', role: 'vhost', get: list },
  { path: 'vhosts/:vhost/channels', role: 'vhost', get: listChannels },
  { path: 'channels', role: 'management', get: listChannels },
  { path: 'channels/:channel', role: 'management', get: showChannel },
  { path: 'consumers', role: 'management', get: listConsumers },
  { path: 'consumers/:vhost', role: 'vhost', get: listConsumers },
]

/** A user sees the connections of others only if the user may monitor the broker. */
function visible(request: ApiRequest): readonly ClientConnection[] {
  const { broker, user } = request
  const [vhost, owner] = [request.param('vhost'), request.param('user')]
  return openConnections(broker).filter(
    ({ event }) =>
      (isMonitor(user) || event.user === user.name) &&
      (vhost === '' || event.vhost === vhost) &&
      (owner === '' || event.user === owner),
  )
}

function list(request: ApiRequest): unknown {
  return paged(
    visible(request).map((connection) => connectionView(connection, request.broker.rates)),
    request.query,
  )
}

/** The connection in the path. */
export function connectionOf(request: ApiRequest): ClientConnection {
  const name = request.param('connection')
  const connection = openConnections(request.broker).find(({ peer }) => peer.name === name)
  if (connection === undefined) throw notFound()
  if (!isMonitor(request.user)) requireOwner(request, connection)
  return connection
}

function requireOwner({ user }: ApiRequest, { event }: ClientConnection): void {
  if (event.user !== user.name) throw unauthorized('User not authorised to access object')
}

function show(request: ApiRequest): unknown {
  return withColumns(connectionView(connectionOf(request), request.broker.rates), request.query)
}

function close(request: ApiRequest): unknown {
  return closeConnection(request, connectionOf(request))
}

/** Closes a connection as the request says, if the user may do that. */
export function closeConnection(request: ApiRequest, connection: ClientConnection): unknown {
  if (!isAdministrator(request.user)) requireOwner(request, connection)
  forceClose(connection, request.header('x-reason') ?? defaultReason)
  return noContent()
}

function closeAll(request: ApiRequest): unknown {
  for (const connection of visible(request)) {
    if (!isAdministrator(request.user)) requireOwner(request, connection)
    forceClose(connection, request.header('x-reason') ?? defaultReason)
  }
  return noContent()
}

const defaultReason = 'Closed via management plugin'

interface ChannelPlace {
  readonly connection: ClientConnection
  readonly channel: Channel
}

function channelsIn(connections: readonly ClientConnection[]): readonly ChannelPlace[] {
  return connections.flatMap((connection) =>
    Array.from(connection.channels ?? [], (channel) => ({ connection, channel })),
  )
}

function viewOf({ connection, channel }: ChannelPlace) {
  return channelView(connection, channel)
}

function listChannels(request: ApiRequest): unknown {
  return paged(channelsIn(visible(request)).map(viewOf), request.query)
}

function channelsOfOne(request: ApiRequest): unknown {
  return listed(channelsIn([connectionOf(request)]).map(viewOf), request.query)
}

function showChannel(request: ApiRequest): unknown {
  const name = request.param('channel')
  const place = channelsIn(visible(request)).find(
    ({ connection, channel }) => channelName(connection, channel) === name,
  )
  if (place === undefined) throw notFound()
  const consumers = allConsumers(request.broker).filter(({ channel }) => channel === place.channel)
  const view = {
    ...viewOf(place),
    consumer_details: consumers.map((each) => consumerView(request.broker, each)),
    deliveries: [],
    publishes: [],
  }
  return withColumns(view, request.query)
}

function listConsumers(request: ApiRequest): unknown {
  const { broker, query } = request
  const names = new Set(request.vhosts.map(({ vhost }) => vhost))
  const isNamed = ({ connection }: { readonly connection: ClientConnection }): boolean =>
    names.has(connection.event.vhost)
  const views = [
    ...allConsumers(broker)
      .filter(isNamed)
      .map((place) => consumerView(broker, place)),
    ...allSubscriptions(broker)
      .filter(isNamed)
      .map((place) => subscriptionAsConsumer(broker, place)),
  ]
  return listed(views, query)
}
