import { accessRefused } from '../protocol/faults.ts'
import type { Permissions } from '../settings/options.ts'

export type Permission = keyof Permissions

/** Something that a user needs permission for. */
export interface Resource {
  readonly kind: 'queue' | 'exchange'
  readonly name: string
  readonly vhost: string
}

/** The permissions of a user in one virtual host. */
export class Access {
  readonly #user: string
  #patterns: Readonly<Record<Permission, RegExp | undefined>>

  constructor(user: string, permissions: Permissions) {
    this.#user = user
    this.#patterns = toPatterns(permissions)
  }

  /** Undefined for no permissions at all. */
  change(permissions: Permissions | undefined): void {
    this.#patterns = permissions === undefined ? nothing : toPatterns(permissions)
  }

  allows(permission: Permission, name: string): boolean {
    const pattern = this.#patterns[permission]
    return pattern === undefined || pattern.test(name)
  }

  /** Throws if the user does not have the permission. */
  check(permission: Permission, resource: Resource): void {
    // In permissions, the default exchange has a name.
    const name =
      resource.kind === 'exchange' && resource.name === '' ? 'amq.default' : resource.name
    if (this.allows(permission, name)) return
    const title = `${resource.kind} '${name}' in vhost '${resource.vhost}'`
    throw accessRefused(`${permission} access to ${title} refused for user '${this.#user}'`)
  }

  /** Throws if the user has no permission for the resource: the check for passive declarations. */
  checkAny(resource: Resource): void {
    if (this.allows('read', resource.name) || this.allows('write', resource.name)) return
    this.check('configure', resource)
  }
}

const never = /(?!)/u
const nothing = { configure: never, write: never, read: never }

function toPatterns({ configure, write, read }: Permissions) {
  return { configure: toRegExp(configure), write: toRegExp(write), read: toRegExp(read) }
}

/** Undefined for the pattern that matches everything, which is what most users have. */
function toRegExp(pattern: string): RegExp | undefined {
  if (pattern === '.*') return undefined
  return new RegExp(pattern === '' ? '^$' : pattern, 'u')
}
