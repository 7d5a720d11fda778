import { putPermissions } from '../changes/put-permissions.ts'
import { notFound } from '../format/api-error.ts'
import { listed, withColumns } from '../format/listing.ts'
import { created, noContent } from '../format/reply.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'
import { permissionsOf, permissionView } from '../views/user-view.ts'

export const permissionRoutes: readonly Route[] = [
  { path: 'permissions', role: 'administrator', get: list },
  { path: 'permissions/:vhost/:user', role: 'administrator', get: show, put, delete: remove },
  { path: 'topic-permissions', role: 'administrator', get: () => [] },
]

function list({ broker, query }: ApiRequest): unknown {
  const all = Array.from(broker.users).flatMap((user) => permissionsOf(broker, user))
  return listed(all, query, ['user', 'vhost'])
}

function show(request: ApiRequest): unknown {
  const user = request.broker.users.find(request.param('user'))
  const view = user === undefined ? undefined : permissionView(user, request.vhost.vhost)
  if (view === undefined) throw notFound()
  return withColumns(view, request.query)
}

function put(request: ApiRequest): unknown {
  const { broker } = request
  const [vhost, user] = [request.param('vhost'), request.param('user')]
  const isNew = broker.users.find(user)?.permissionsIn(vhost) === undefined
  const json = request.jsonWith('configure', 'write', 'read')
  putPermissions(broker, { ...json, vhost, user })
  return isNew ? created() : noContent()
}

function remove(request: ApiRequest): unknown {
  const user = request.broker.users.find(request.param('user'))
  const { vhost } = request.vhost
  if (user?.permissionsIn(vhost) === undefined) throw notFound()
  user.setPermissions(vhost, undefined)
  return noContent()
}
