import { StreamQueue } from '../../../core/queue/stream-queue.ts'
import type { StreamConnection } from '../../../connection/stream/stream-connection.ts'
import { notFound } from '../../format/api-error.ts'
import type { JsonObject } from '../../format/json-fields.ts'
import { listed, paged, withColumns } from '../../format/listing.ts'
import type { ApiRequest } from '../../http/api-request.ts'
import { isMonitor } from '../../http/authorization.ts'
import type { Route } from '../../http/router.ts'
import { publishersIn, streamConnections, subscriptionsIn } from '../../model/stream-clients.ts'
import { connectionView } from '../../views/connection-view.ts'
import { publisherView, subscriptionView } from '../../views/stream-view.ts'
import { closeConnection, connectionOf } from './connections.ts'

const connection = 'stream/connections/:vhost/:connection'

/** What RabbitMQ's plugin for the stream protocol adds. */
export const streamRoutes: readonly Route[] = [
  { path: 'stream/connections', role: 'management', get: listConnections },
  { path: 'stream/connections/:vhost', role: 'vhost', get: listConnections },
  { path: connection, role: 'management', get: showConnection, delete: remove },
  { path: `${connection}/publishers`, role: 'management', get: publishersOfOne },
  { path: `${connection}/consumers`, role: 'management', get: consumersOfOne },
  { path: 'stream/publishers', role: 'management', get: listPublishers },
  { path: 'stream/publishers/:vhost', role: 'management', get: listPublishers },
  { path: 'stream/publishers/:vhost/:name', role: 'management', get: publishersOfStream },
  { path: 'stream/consumers', role: 'management', get: listConsumers },
  { path: 'stream/consumers/:vhost', role: 'management', get: listConsumers },
  { path: 'stream/:vhost/:name/tracking', role: 'management', get: tracking },
]

/** Those of the virtual host in the path, if it has one, that the user may see. */
function visible(request: ApiRequest): readonly StreamConnection[] {
  const { broker, user } = request
  const vhost = request.param('vhost') === '' ? undefined : request.vhost.vhost
  return streamConnections(broker).filter(
    ({ event }) =>
      (isMonitor(user) || event.user === user.name) &&
      (vhost === undefined || event.vhost === vhost),
  )
}

function listConnections(request: ApiRequest): unknown {
  const views = visible(request).map((each) => connectionView(each, request.broker.rates))
  return paged(views, request.query)
}

/** The connection in the path, whatever its virtual host: RabbitMQ does not look at that either. */
function anyConnectionOf(request: ApiRequest): StreamConnection {
  const found = connectionOf(request)
  if (found.protocol !== 'stream') throw notFound()
  return found
}

function streamConnectionOf(request: ApiRequest): StreamConnection {
  const found = anyConnectionOf(request)
  if (found.event.vhost !== request.param('vhost')) throw notFound()
  return found
}

function showConnection(request: ApiRequest): unknown {
  const view = connectionView(streamConnectionOf(request), request.broker.rates)
  return withColumns(view, request.query)
}

function remove(request: ApiRequest): unknown {
  return closeConnection(request, streamConnectionOf(request))
}

function publishersOfOne(request: ApiRequest): unknown {
  return listed(publishersIn([anyConnectionOf(request)]).map(publisherView), request.query)
}

function consumersOfOne(request: ApiRequest): unknown {
  return listed(subscriptionsIn([anyConnectionOf(request)]).map(subscriptionView), request.query)
}

function listPublishers(request: ApiRequest): unknown {
  return listed(publishersIn(visible(request)).map(publisherView), request.query)
}

function publishersOfStream(request: ApiRequest): unknown {
  const stream = request.vhost.queues.get(request.param('name'))
  if (stream === undefined) throw notFound()
  const all = publishersIn(visible(request)).filter(({ publisher }) => publisher.stream === stream)
  return listed(all.map(publisherView), request.query)
}

function listConsumers(request: ApiRequest): unknown {
  return listed(subscriptionsIn(visible(request)).map(subscriptionView), request.query)
}

/** The offsets that consumers have stored, and the last publishing ids of publishers. */
function tracking(request: ApiRequest): unknown {
  const stream = request.vhost.queues.get(request.param('name'))
  if (!(stream instanceof StreamQueue)) throw notFound()
  const { offsets, sequences } = stream.log.tracking
  const all: JsonObject = {
    offsets: Object.fromEntries(offsets),
    writers: Object.fromEntries(sequences),
  }
  const type = request.query.get('type')
  if (type === 'offset') return { offsets: all['offsets'] }
  return type === 'writer' ? { writers: all['writers'] } : all
}
