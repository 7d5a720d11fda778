import type { Permissions } from '../../settings/options.ts'
import { badRequest, notFound } from '../api-error.ts'
import type { ApiRequest } from '../api-request.ts'
import type { ManagedBroker } from '../context.ts'
import type { JsonObject } from '../json-fields.ts'
import { listed } from '../listing.ts'
import { problemWithRegExp } from '../regular-expression.ts'
import { created, noContent } from '../reply.ts'
import type { Route } from '../router.ts'
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
  return view
}

function put(request: ApiRequest): unknown {
  const { broker } = request
  const [vhost, user] = [request.param('vhost'), request.param('user')]
  const isNew = broker.users.find(user)?.permissionsIn(vhost) === undefined
  const json = request.jsonWith('configure', 'write', 'read')
  putPermissions(broker, { ...json, vhost, user })
  return isNew ? created() : noContent()
}

export function putPermissions(broker: ManagedBroker, json: JsonObject): void {
  const vhost = broker.vhosts.get(String(json['vhost']))
  const user = broker.users.find(String(json['user']))
  if (vhost === undefined || user === undefined) throw badRequest('vhost_or_user_not_found')
  const permissions: Permissions = {
    configure: pattern(json['configure']),
    write: pattern(json['write']),
    read: pattern(json['read']),
  }
  user.setPermissions(vhost.vhost, permissions)
}

function pattern(json: unknown): string {
  const text = String(json)
  const problem = problemWithRegExp(text)
  if (problem !== undefined) throw badRequest(['invalid_regexp', text, problem])
  return text
}

function remove(request: ApiRequest): unknown {
  const user = request.broker.users.find(request.param('user'))
  const { vhost } = request.vhost
  if (user?.permissionsIn(vhost) === undefined) throw notFound()
  user.setPermissions(vhost, undefined)
  return noContent()
}
