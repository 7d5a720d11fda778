import type { IncomingHttpHeaders } from 'node:http'

import type { User, UserRegistry } from '../../access/users.ts'
import { ApiError, missing, notFound, unauthorized } from '../format/api-error.ts'
import { Reply } from '../format/reply.ts'
import type { ManagedBroker } from '../model/context.ts'

/** What a user must be to make a request. `vhost`: one who may use the virtual host in the path. */
export type Role = 'management' | 'vhost' | 'policymaker' | 'monitoring' | 'administrator'

const monitors = ['administrator', 'monitoring']
const policymakers = ['administrator', 'policymaker']
const managers = [...monitors, ...policymakers, 'management']

export function isMonitor({ tags }: User): boolean {
  return hasAny(tags, monitors)
}

export function isAdministrator({ tags }: User): boolean {
  return tags.includes('administrator')
}

/** The user of a request. Throws if there is none, or one who may not log in here. */
export function authenticate(
  headers: IncomingHttpHeaders,
  { users, isLoopback }: { readonly users: UserRegistry; readonly isLoopback: boolean },
): User | Reply {
  const [, encoded] = /^basic +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (encoded === undefined)
    return new Reply(401, { 'www-authenticate': 'Basic realm="RabbitMQ Management"' })
  const credentials = Buffer.from(encoded, 'base64').toString()
  const colon = credentials.indexOf(':')
  const user = users.authenticate(credentials.slice(0, colon), credentials.slice(colon + 1))
  if (user === undefined || (user.loopbackOnly && !isLoopback))
    throw new ApiError(401, 'not_authorized', 'Not_Authorized')
  if (!hasAny(user.tags, managers)) throw unauthorized('Not management user')
  return user
}

interface Target {
  readonly broker: ManagedBroker
  readonly method: string
  /** The virtual host in the path, if it has one. */
  readonly vhost: string | undefined
}

/** Throws if the user may not make the request. */
export function authorize(user: User, role: Role, { broker, method, vhost }: Target): void {
  const refusal = refusalOf(user, role)
  if (refusal !== undefined) throw unauthorized(refusal)
  if (vhost === undefined || (role !== 'vhost' && role !== 'policymaker')) return
  if (broker.vhosts.get(vhost) === undefined)
    throw method === 'PUT' || method === 'POST' ? missing('vhost_not_found') : notFound()
  if (!mayUse(user, vhost)) throw missing('Not Found')
}

function refusalOf(user: User, role: Role): string | undefined {
  if (role === 'administrator' && !isAdministrator(user)) return 'Not administrator user'
  if (role === 'monitoring' && !isMonitor(user)) return 'Not monitor user'
  if (role === 'policymaker' && !hasAny(user.tags, policymakers))
    return 'User not authorised to access object'
  return undefined
}

/** An administrator sees every virtual host, even without permissions for what is in it. */
export function mayUse(user: User, vhost: string): boolean {
  return isAdministrator(user) || user.permissionsIn(vhost) !== undefined
}

function hasAny(tags: readonly string[], wanted: readonly string[]): boolean {
  return tags.some((tag) => wanted.includes(tag))
}
