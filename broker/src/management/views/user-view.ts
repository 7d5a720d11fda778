import type { User } from '../../access/users.ts'
import type { JsonObject } from '../format/json-fields.ts'
import { hashedPassword } from '../format/password-hash.ts'
import type { ManagedBroker } from '../model/context.ts'

export function userView({ name, credential, tags }: User): JsonObject {
  const { hash, algorithm } = hashedPassword(credential)
  return {
    name,
    password_hash: hash,
    hashing_algorithm: algorithm,
    tags,
    limits: {},
  }
}

export function permissionsOf({ vhosts }: ManagedBroker, user: User): readonly JsonObject[] {
  return Array.from(vhosts).flatMap(({ vhost }) => permissionViews(user, vhost))
}

export function permissionsOfVhost({ users }: ManagedBroker, vhost: string): readonly JsonObject[] {
  return Array.from(users).flatMap((user) => permissionViews(user, vhost))
}

/** Undefined if the user may not use the virtual host. */
export function permissionView(user: User, vhost: string): JsonObject | undefined {
  const permissions = user.permissionsIn(vhost)
  return permissions === undefined ? undefined : { user: user.name, vhost, ...permissions }
}

function permissionViews(user: User, vhost: string): readonly JsonObject[] {
  const view = permissionView(user, vhost)
  return view === undefined ? [] : [view]
}
