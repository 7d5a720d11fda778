import { createHash } from 'node:crypto'

import { type Binding, destinationType } from '../../core/bindings.ts'
import type { BindingRule } from '../../core/exchange/routing-table.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import { canonicalTable } from '../../protocol/field-equality.ts'
import { emptyTable } from '../../protocol/field-value.ts'
import { type JsonObject, toJson } from '../format/json-fields.ts'

export function bindingView(vhost: string, binding: Binding): JsonObject {
  const { source, destination, routingKey, arguments: args } = binding
  return {
    source: source.name,
    vhost,
    destination: destination.name,
    destination_type: destinationType(destination),
    routing_key: routingKey,
    arguments: toJson(args),
    properties_key: propertiesKey(binding),
  }
}

/** The default exchange behaves as if each queue were bound to it by its name. */
export function defaultBindingView(vhost: string, name: string): JsonObject {
  return {
    source: '',
    vhost,
    destination: name,
    destination_type: 'queue',
    routing_key: name,
    arguments: {},
    properties_key: propertiesKey({ routingKey: name, arguments: emptyTable }),
  }
}

export function defaultBindingViews({ vhost, queues }: VirtualHost): readonly JsonObject[] {
  return Array.from(queues, ({ name }) => defaultBindingView(vhost, name))
}

/**
 * What tells apart the bindings between the same two ends: the quoted routing key, and a hash of the
 * arguments. Clients take it from here and use it in paths; nobody computes it.
 */
export function propertiesKey({ routingKey, arguments: args }: BindingRule): string {
  const key = quoted(routingKey)
  if (args.size === 0) return key === '' ? '~' : key
  const hash = createHash('sha256').update(canonicalTable(args)).digest().subarray(0, 4)
  // As base64url, which the Buffer of a page does not know.
  const text = hash.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
  return `${key}~${text.replaceAll('=', '')}`
}

/** As RabbitMQ quotes: a blank is a plus sign, and `~`, which separates the hash, is quoted too. */
function quoted(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(
      /[!'()*~]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
}
