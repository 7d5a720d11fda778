import type { Exchange } from '../../core/exchange/exchange.ts'
import { type JsonObject, toJson } from '../format/json-fields.ts'

/** What the API says about an exchange. */
export function exchangeView(exchange: Exchange): JsonObject {
  const { policy } = exchange.policy
  return {
    ...exchangeDefinition(exchange),
    internal: exchange.spec.internal,
    ...(policy !== undefined && { policy }),
  }
}

/** An exchange in a file of definitions. */
export function exchangeDefinition({ spec, vhost }: Exchange): JsonObject {
  const { name, type, durable, autoDelete, internal, arguments: args } = spec
  return {
    name,
    vhost,
    type,
    durable,
    auto_delete: autoDelete,
    // RabbitMQ leaves it out, and imports an internal exchange as one that is not.
    ...(internal && { internal }),
    arguments: toJson(args),
  }
}
