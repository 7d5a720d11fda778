import type { Binding, Bindings } from '../../core/bindings.ts'
import type { Exchange } from '../../core/exchange/exchange.ts'
import { notFound } from '../format/api-error.ts'
import { toFields } from '../format/json-fields.ts'
import { listed, paged, withColumns } from '../format/listing.ts'
import { created, noContent } from '../format/reply.ts'
import { booleanOf, textOf } from '../format/values.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'
import { DirectChannel } from '../model/direct-channel.ts'
import { bindingView, defaultBindingViews } from '../views/binding-view.ts'
import { exchangeView } from '../views/exchange-view.ts'

export const exchangeRoutes: readonly Route[] = [
  { path: 'exchanges', role: 'management', get: list },
  { path: 'exchanges/:vhost', role: 'vhost', get: list },
  { path: 'exchanges/:vhost/:name', role: 'vhost', get: show, put: declare, delete: remove },
  { path: 'exchanges/:vhost/:name/bindings/source', role: 'vhost', get: outgoing },
  { path: 'exchanges/:vhost/:name/bindings/destination', role: 'vhost', get: incoming },
]

/** In paths, the default exchange has a name. */
export function exchangeName(name: string): string {
  return name === 'amq.default' ? '' : name
}

/** The exchange in the path. */
export function exchangeOf(request: ApiRequest): Exchange {
  const exchange = request.vhost.exchanges.get(exchangeName(request.param('name')))
  if (exchange === undefined) throw notFound()
  return exchange
}

function list(request: ApiRequest): unknown {
  const all = request.vhosts.flatMap(({ exchanges }) => Array.from(exchanges, exchangeView))
  return paged(all, request.query)
}

function show(request: ApiRequest): unknown {
  const view = { ...exchangeView(exchangeOf(request)), incoming: [], outgoing: [] }
  return withColumns(view, request.query)
}

function declare(request: ApiRequest): unknown {
  const { broker, user, vhost, json } = request
  const exchange = exchangeName(request.param('name'))
  const isNew = vhost.exchanges.get(exchange) === undefined
  using channel = new DirectChannel(broker, user, vhost)
  channel.call('exchange.declare', {
    ticket: 0,
    exchange,
    type: textOf(json['type'], 'direct'),
    passive: false,
    durable: booleanOf(json['durable'], false),
    autoDelete: booleanOf(json['auto_delete'], false),
    internal: booleanOf(json['internal'], false),
    noWait: false,
    arguments: toFields(json['arguments']),
  })
  return isNew ? created() : noContent()
}

function remove(request: ApiRequest): unknown {
  const { name } = exchangeOf(request)
  using channel = new DirectChannel(request.broker, request.user, request.vhost)
  const ifUnused = request.flag('if-unused')
  channel.call('exchange.delete', { ticket: 0, exchange: name, ifUnused, noWait: false })
  return noContent()
}

function outgoing(request: ApiRequest): unknown {
  if (exchangeName(request.param('name')) === '')
    return listed(defaultBindingViews(request.vhost), request.query)
  return listBindings(request, (bindings, exchange) => bindings.from(exchange))
}

function incoming(request: ApiRequest): unknown {
  return listBindings(request, (bindings, exchange) => bindings.to(exchange))
}

/** RabbitMQ does not check whether there is such an exchange. */
function listBindings(
  request: ApiRequest,
  find: (bindings: Bindings, exchange: Exchange) => readonly Binding[],
): unknown {
  const { vhost, exchanges, bindings } = request.vhost
  const exchange = exchanges.get(exchangeName(request.param('name')))
  const found = exchange === undefined ? [] : find(bindings, exchange)
  return listed(
    found.map((binding) => bindingView(vhost, binding)),
    request.query,
  )
}
