import { putVhost } from '../changes/put-vhost.ts'
import { ApiError } from '../format/api-error.ts'
import { listed, paged, withColumns } from '../format/listing.ts'
import { created, noContent } from '../format/reply.ts'
import type { ApiRequest } from '../http/api-request.ts'
import { isMonitor } from '../http/authorization.ts'
import type { Route } from '../http/router.ts'
import { closeConnections } from '../model/connections.ts'
import { permissionsOfVhost } from '../views/user-view.ts'
import { vhostView } from '../views/vhost-view.ts'

const protection = 'vhosts/:vhost/deletion/protection'

export const vhostRoutes: readonly Route[] = [
  { path: 'vhosts', role: 'management', get: list },
  {
    path: 'vhosts/:vhost',
    role: 'administrator',
    get: (request) => withColumns(vhostView(request.vhost), request.query),
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
  // The user who creates a virtual host may use it.
  if (isNew) user.setPermissions(name, { configure: '.*', write: '.*', read: '.*' })
  return isNew ? created() : noContent()
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

function permissions({ broker, vhost, query }: ApiRequest): unknown {
  return listed(permissionsOfVhost(broker, vhost.vhost), query)
}

/** The broker has none. */
function topicPermissions(request: ApiRequest): unknown {
  void request.vhost
  return []
}
