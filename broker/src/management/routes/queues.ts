import type { Queue } from '../../core/queue/queue.ts'
import { badRequest, notFound } from '../format/api-error.ts'
import { toFields } from '../format/json-fields.ts'
import { listed, paged, withColumns } from '../format/listing.ts'
import { created, noContent } from '../format/reply.ts'
import { booleanOf } from '../format/values.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'
import { DirectChannel } from '../model/direct-channel.ts'
import { QueueStatistics } from '../model/queue-statistics.ts'
import { bindingView, defaultBindingView } from '../views/binding-view.ts'
import { queueDetails, queueView } from '../views/queue-view.ts'

export const queueRoutes: readonly Route[] = [
  { path: 'queues', role: 'management', get: list },
  { path: 'queues/detailed', role: 'management', get: list },
  { path: 'queues/:vhost', role: 'vhost', get: list },
  { path: 'queues/:vhost/:name', role: 'vhost', get: show, put: declare, delete: remove },
  { path: 'queues/:vhost/:name/contents', role: 'vhost', delete: purge },
  { path: 'queues/:vhost/:name/bindings', role: 'vhost', get: bindings },
  // The leaders of all quorum queues are where they can be: on the only node.
  { path: 'rebalance/queues', role: 'administrator', post: () => noContent() },
]

/** The queue in the path. */
export function queueOf(request: ApiRequest): Queue {
  const queue = request.vhost.queues.get(request.param('name'))
  if (queue === undefined) throw notFound()
  return queue
}

function list(request: ApiRequest): unknown {
  const statistics = new QueueStatistics(request.broker)
  const all = request.vhosts.flatMap(({ vhost, queues }) =>
    Array.from(queues, (queue) => queueView(vhost, queue, statistics)),
  )
  return paged(all, request.query)
}

function show(request: ApiRequest): unknown {
  const queue = queueOf(request)
  return withColumns(queueDetails(request.broker, request.vhost.vhost, queue), request.query)
}

function declare(request: ApiRequest): unknown {
  const { broker, user, vhost, json } = request
  const queue = request.param('name')
  checkName(queue)
  const isNew = vhost.queues.get(queue) === undefined
  using channel = new DirectChannel(broker, user, vhost)
  channel.call('queue.declare', {
    ticket: 0,
    queue,
    passive: false,
    durable: booleanOf(json['durable'], false),
    exclusive: false,
    autoDelete: booleanOf(json['auto_delete'], false),
    noWait: false,
    arguments: toFields(json['arguments']),
  })
  return isNew ? created() : noContent()
}

/** A longer name could not be sent over AMQP. RabbitMQ's text ends with an empty line. */
function checkName(name: string): void {
  const bytes = Buffer.byteLength(name)
  if (bytes > 255) throw badRequest(`queue should be less than 255 bytes, actually was ${bytes}\n`)
}

function remove(request: ApiRequest): unknown {
  const { name } = queueOf(request)
  using channel = new DirectChannel(request.broker, request.user, request.vhost)
  const ifUnused = request.flag('if-unused')
  const ifEmpty = request.flag('if-empty')
  channel.call('queue.delete', { ticket: 0, queue: name, ifUnused, ifEmpty, noWait: false })
  return noContent()
}

function purge(request: ApiRequest): unknown {
  const { name } = queueOf(request)
  using channel = new DirectChannel(request.broker, request.user, request.vhost)
  channel.call('queue.purge', { ticket: 0, queue: name, noWait: false })
  return noContent()
}

/** RabbitMQ does not check whether there is such a queue. */
function bindings(request: ApiRequest): unknown {
  const name = request.param('name')
  const { vhost, queues, bindings: all } = request.vhost
  const queue = queues.get(name)
  const views = queue === undefined ? [] : all.to(queue).map((each) => bindingView(vhost, each))
  return listed([defaultBindingView(vhost, name), ...views], request.query)
}
