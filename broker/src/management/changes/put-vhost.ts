import { badRequest } from '../format/api-error.ts'
import { isObject, type JsonObject } from '../format/json-fields.ts'
import { tagsOf } from '../format/tags.ts'
import { booleanOf, textOf } from '../format/values.ts'
import type { ManagedBroker } from '../model/context.ts'

/** Creates a virtual host, or changes what is said about one. */
export function putVhost(broker: ManagedBroker, name: string, json: JsonObject): void {
  const given = isObject(json['metadata']) ? { ...json['metadata'], ...json } : json
  const type = textOf(given['default_queue_type'], 'classic')
  if (type !== 'classic' && type !== 'quorum' && type !== 'stream')
    throw badRequest(`${type} is not a valid queue type`)
  const known = broker.vhosts.get(name)
  const tracing = booleanOf(given['tracing'], known?.tracing ?? false)
  const vhost = known ?? broker.vhosts.create(name)
  vhost.metadata = {
    description: textOf(given['description']),
    tags: tagsOf(given['tags'] ?? ''),
    defaultQueueType: type,
  }
  vhost.tracing = tracing
  vhost.isProtected = booleanOf(given['protected_from_deletion'], vhost.isProtected)
}
