import type { User } from '../../access/users.ts'
import { putUser } from '../changes/put-user.ts'
import { badRequest, notFound } from '../format/api-error.ts'
import { listed, paged, withColumns } from '../format/listing.ts'
import { created, noContent } from '../format/reply.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'
import { closeConnections } from '../model/connections.ts'
import type { ManagedBroker } from '../model/context.ts'
import { permissionsOf, userView } from '../views/user-view.ts'

export const userRoutes: readonly Route[] = [
  { path: 'users', role: 'administrator', get: list },
  { path: 'users/without-permissions', role: 'administrator', get: withoutPermissions },
  { path: 'users/bulk-delete', role: 'administrator', post: bulkDelete },
  {
    path: 'users/:user',
    role: 'administrator',
    get: (request) => withColumns(userView(userOf(request)), request.query),
    put,
    delete: remove,
  },
  { path: 'users/:user/permissions', role: 'administrator', get: permissions },
  { path: 'users/:user/topic-permissions', role: 'administrator', get: topicPermissions },
]

/** The user in the path, who need not be the one that makes the request. */
export function userOf(request: ApiRequest): User {
  const user = request.broker.users.find(request.param('user'))
  if (user === undefined) throw notFound()
  return user
}

function list({ broker, query }: ApiRequest): unknown {
  return paged(Array.from(broker.users, userView), query)
}

function withoutPermissions({ broker, query }: ApiRequest): unknown {
  const without = Array.from(broker.users).filter(
    (user) => permissionsOf(broker, user).length === 0,
  )
  return paged(without.map(userView), query)
}

function put(request: ApiRequest): unknown {
  const name = request.param('user')
  const isNew = request.broker.users.find(name) === undefined
  putUser(request.broker, name, request.json)
  return isNew ? created() : noContent()
}

function remove(request: ApiRequest): unknown {
  deleteUser(request.broker, userOf(request).name)
  return noContent()
}

function bulkDelete(request: ApiRequest): unknown {
  const { users } = request.jsonWith('users')
  if (!Array.isArray(users)) throw badRequest('users is not a list')
  for (const name of users) deleteUser(request.broker, String(name))
  return noContent()
}

function deleteUser(broker: ManagedBroker, name: string): void {
  if (!broker.users.delete(name)) return
  closeConnections(broker, `user '${name}' is deleted`, ({ event }) => event.user === name)
}

function permissions(request: ApiRequest): unknown {
  return listed(permissionsOf(request.broker, userOf(request)), request.query)
}

/** The broker has none. */
function topicPermissions(request: ApiRequest): unknown {
  userOf(request)
  return []
}
