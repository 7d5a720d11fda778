import { ApiError, badRequest } from '../api-error.ts'
import { booleanOf, textOf, type ApiRequest } from '../api-request.ts'
import { isMonitor } from '../authorization.ts'
import { closeConnections } from '../close-connections.ts'
import type { ManagedBroker } from '../context.ts'
import { isObject, type JsonObject } from '../json-fields.ts'
import { paged } from '../listing.ts'
import { created, noContent } from '../reply.ts'
import type { Route } from '../router.ts'
import { tagsOf } from '../tags.ts'
import { permissionsOfVhost } from '../views/user-view.ts'
import { vhostView } from '../views/vhost-view.ts'

const protection = 'vhosts/:vhost/deletion/protection'

export const vhostRoutes: readonly Route[] = [
  { path: 'vhosts', role: 'management', get: list },
  {
    path: 'vhosts/:vhost',
    role: 'administrator',
    get: (request) => vhostView(request.vhost),
    put: create,
    delete: remove,
  },
  { path: 'vhosts/:vhost/permissions', role: 'administrator', get: permissions },
  { path: 'vhosts/:vhost/topic-permissions', role: 'administrator', get: topicPermissions },
  {
    path: protection,
    role: 'administrator',
    post: (request) => protect(request, true),
    delete: (request) => protect(request, false),
  },
]

function list(request: ApiRequest): unknown {
  const { broker, user, visibleVhosts, query } = request
  const vhosts = isMonitor(user) ? Array.from(broker.vhosts) : visibleVhosts
  return paged(vhosts.map(vhostView), query)
}

function create(request: ApiRequest): unknown {
  const { broker, user, json } = request
  const name = request.param('vhost')
  const isNew = broker.vhosts.get(name) === undefined
  putVhost(broker, name, json)
  // Whoever creates a virtual host may use it.
  if (isNew) user.setPermissions(name, { configure: '.*', write: '.*', read: '.*' })
  return isNew ? created() : noContent()
}

/** Creates a virtual host, or changes what is said about one. */
export function putVhost(broker: ManagedBroker, name: string, json: JsonObject): void {
  const given = isObject(json['metadata']) ? { ...json['metadata'], ...json } : json
  const type = textOf(given['default_queue_type'], 'classic')
  if (type !== 'classic' && type !== 'quorum') throw badRequest(`${type} is not a valid queue type`)
  const tracing = booleanOf(given['tracing'], false)
  const vhost = broker.vhosts.get(name) ?? broker.vhosts.create(name)
  vhost.metadata = {
    description: textOf(given['description']),
    tags: tagsOf(given['tags'] ?? ''),
    defaultQueueType: type,
  }
  vhost.tracing = tracing
  vhost.isProtected = booleanOf(given['protected_from_deletion'], vhost.isProtected)
}

function remove(request: ApiRequest): unknown {
  const { broker, vhost } = request
  const name = vhost.vhost
  if (vhost.isProtected)
    throw new ApiError(
      412,
      'precondition_failed',
      `Refusing to delete virtual host '${name}' because it is protected from deletion`,
    )
  closeConnections(broker, `vhost '${name}' is deleted`, ({ event }) => event.vhost === name)
  broker.vhosts.delete(vhost)
  for (const user of broker.users) user.forgetVhost(name)
  return noContent()
}

function protect({ vhost }: ApiRequest, isProtected: boolean): unknown {
  vhost.isProtected = isProtected
  return noContent()
}

function permissions({ broker, vhost }: ApiRequest): unknown {
  return permissionsOfVhost(broker, vhost.vhost)
}

/** The broker has none. */
function topicPermissions(request: ApiRequest): unknown {
  void request.vhost
  return []
}
