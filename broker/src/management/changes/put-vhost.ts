import { badRequest } from '../format/api-error.ts'
import type { JsonObject } from '../format/json-fields.ts'
import { tagsOf } from '../format/tags.ts'
import { booleanOf, textOf } from '../format/values.ts'
import type { ManagedBroker } from '../model/context.ts'

/** Creates a virtual host, or changes what is said about one. */
export function putVhost(broker: ManagedBroker, name: string, json: JsonObject): void {
  const type = textOf(json['default_queue_type'], 'classic')
  if (type !== 'classic' && type !== 'quorum' && type !== 'stream')
    throw badRequest(`${type} is not a valid queue type`)
  const known = broker.vhosts.get(name)
  const tracing = booleanOf(json['tracing'], known?.tracing ?? false)
  const vhost = known ?? broker.vhosts.create(name)
  vhost.metadata = {
    description: textOf(json['description']),
    tags: tagsOf(json['tags'] ?? ''),
    defaultQueueType: type,
  }
  vhost.tracing = tracing
  vhost.isProtected = booleanOf(json['protected_from_deletion'], vhost.isProtected)
}
