import { User, type Credential } from '../../access/users.ts'
import { badRequest, notFound } from '../api-error.ts'
import { textOf, type ApiRequest } from '../api-request.ts'
import { closeConnections } from '../close-connections.ts'
import type { ManagedBroker } from '../context.ts'
import type { JsonObject } from '../json-fields.ts'
import { listed, paged } from '../listing.ts'
import { defaultAlgorithm, HashedPassword } from '../password-hash.ts'
import { created, noContent } from '../reply.ts'
import type { Route } from '../router.ts'
import { tagsOf } from '../tags.ts'
import { permissionsOf, userView } from '../views/user-view.ts'

export const userRoutes: readonly Route[] = [
  { path: 'users', role: 'administrator', get: list },
  { path: 'users/without-permissions', role: 'administrator', get: withoutPermissions },
  { path: 'users/bulk-delete', role: 'administrator', post: bulkDelete },
  {
    path: 'users/:user',
    role: 'administrator',
    get: (request) => userView(userOf(request)),
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

/** Creates a user without permissions, or changes the password and tags of one. */
export function putUser({ users }: ManagedBroker, name: string, json: JsonObject): void {
  if (json['tags'] === undefined) throw badRequest('tags_not_present')
  const tags = tagsOf(json['tags'])
  const credential = credentialOf(json)
  const known = users.find(name)
  if (known === undefined) users.add(new User(name, { permissions: {}, tags }, credential))
  else {
    known.tags = tags
    known.credential = credential
  }
}

/** Without a password, the user cannot log in with one. */
function credentialOf(json: JsonObject): Credential {
  const { password, password_hash: hash, hashing_algorithm: algorithm } = json
  if (password !== undefined && hash !== undefined)
    throw badRequest('both_password_and_password_hash_are_provided')
  if (password !== undefined) return HashedPassword.of(textOf(password))
  return HashedPassword.parse(textOf(hash), textOf(algorithm, defaultAlgorithm))
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
