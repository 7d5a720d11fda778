import type { Binding } from '../../core/bindings.ts'
import type { FieldTable } from '../../protocol/field-value.ts'
import { badRequest, notFound } from '../format/api-error.ts'
import { type JsonObject, toFields } from '../format/json-fields.ts'
import { listed } from '../format/listing.ts'
import { created, noContent } from '../format/reply.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'
import { DirectChannel } from '../model/direct-channel.ts'
import {
  bindingView,
  defaultBindingView,
  defaultBindingViews,
  propertiesKey,
} from '../views/binding-view.ts'
import { exchangeName } from './exchanges.ts'

export const bindingRoutes: readonly Route[] = [
  { path: 'bindings', role: 'management', get: list },
  { path: 'bindings/:vhost', role: 'vhost', get: list },
  ...(['q', 'e'] as const).flatMap((kind): readonly Route[] => [
    {
      path: `bindings/:vhost/e/:source/${kind}/:destination`,
      role: 'vhost',
      get: (request) => listed(viewsBetween(request, kind), request.query),
      post: (request) => bind(request, kind),
    },
    {
      path: `bindings/:vhost/e/:source/${kind}/:destination/:key`,
      role: 'vhost',
      get: (request) => showOne(request, kind),
      delete: (request) => unbind(request, kind),
    },
  ]),
]

type Kind = 'q' | 'e'

function list(request: ApiRequest): unknown {
  const all = request.vhosts.flatMap((vhost) => [
    ...defaultBindingViews(vhost),
    ...Array.from(vhost.exchanges).flatMap((exchange) =>
      vhost.bindings.from(exchange).map((binding) => bindingView(vhost.vhost, binding)),
    ),
  ])
  return listed(all, request.query, ['vhost', 'source', 'destination', 'routing_key'])
}

function between(request: ApiRequest, kind: Kind): readonly Binding[] {
  const { exchanges, queues, bindings } = request.vhost
  const source = exchanges.get(exchangeName(request.param('source')))
  const name = exchangeName(request.param('destination'))
  const destination = kind === 'q' ? queues.get(name) : exchanges.get(name)
  if (source === undefined || destination === undefined) return []
  return bindings.from(source).filter((binding) => binding.destination === destination)
}

function viewsBetween(request: ApiRequest, kind: Kind): readonly JsonObject[] {
  const { vhost, queues } = request.vhost
  const queue = kind === 'q' ? queues.get(request.param('destination')) : undefined
  const isDefault = exchangeName(request.param('source')) === ''
  if (isDefault && queue !== undefined) return [defaultBindingView(vhost, queue.name)]
  return between(request, kind).map((binding) => bindingView(vhost, binding))
}

function showOne(request: ApiRequest, kind: Kind): unknown {
  const key = request.param('key')
  const view = viewsBetween(request, kind).find((each) => each['properties_key'] === key)
  if (view === undefined) throw notFound()
  return view
}

function bind(request: ApiRequest, kind: Kind): unknown {
  const { json } = request
  const { routing_key: key = '', arguments: given } = json
  if (typeof key !== 'string') throw badRequest('routing_key is not a string')
  const args = toFields(given)
  change(request, kind, { method: 'bind', routingKey: key, arguments: args })
  const properties = propertiesKey({ routingKey: key, arguments: args })
  const destination = encodeURIComponent(request.param('destination'))
  return created(`${destination}/${encodeURIComponent(properties)}`)
}

function unbind(request: ApiRequest, kind: Kind): unknown {
  const key = request.param('key')
  const binding = between(request, kind).find((each) => propertiesKey(each) === key)
  if (binding === undefined) throw notFound()
  const { routingKey, arguments: args } = binding
  change(request, kind, { method: 'unbind', routingKey, arguments: args })
  return noContent()
}

interface Change {
  readonly method: 'bind' | 'unbind'
  readonly routingKey: string
  readonly arguments: FieldTable
}

function change(request: ApiRequest, kind: Kind, { method, ...rule }: Change): void {
  using channel = new DirectChannel(request.broker, request.user, request.vhost)
  const source = exchangeName(request.param('source'))
  const destination = request.param('destination')
  const fields = { ticket: 0, noWait: false, ...rule }
  if (kind === 'q')
    channel.call(`queue.${method}`, { ...fields, queue: destination, exchange: source })
  else
    channel.call(`exchange.${method}`, {
      ...fields,
      destination: exchangeName(destination),
      source,
    })
}
