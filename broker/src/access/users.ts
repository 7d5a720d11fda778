import { accessRefused } from '../protocol/faults.ts'
import type { Permissions, UserOptions } from '../settings/options.ts'

export type Permission = keyof Permissions

/** A user who has logged in. */
export interface User {
  readonly name: string
  readonly loopbackOnly: boolean
  /** May publish with the name of another user as user-id. */
  readonly impersonator: boolean
  /** What the user may do in a virtual host; undefined where nothing at all. */
  accessTo(vhost: string): Access | undefined
}

/** The users of a broker. */
export class UserRegistry {
  readonly #users: Readonly<Record<string, UserOptions>>

  constructor(users: Readonly<Record<string, UserOptions>>) {
    this.#users = users
  }

  find(name: string): User | undefined {
    if (!Object.hasOwn(this.#users, name)) return undefined
    const options = this.#users[name]
    return options === undefined ? undefined : toUser(name, options)
  }

  /** The user of that name and password, if there is one. */
  authenticate(name: string, password: string): User | undefined {
    const user = this.find(name)
    return user !== undefined && this.#users[name]?.password === password ? user : undefined
  }
}

function toUser(name: string, options: UserOptions): User {
  const { permissions, loopbackOnly = false, tags = [] } = options
  return {
    name,
    loopbackOnly,
    impersonator: tags.includes('impersonator'),
    accessTo(vhost) {
      if (permissions === undefined) return new Access(name, everything)
      const own = Object.hasOwn(permissions, vhost) ? permissions[vhost] : permissions['*']
      return own === undefined ? undefined : new Access(name, own)
    },
  }
}

const everything: Permissions = { configure: '.*', write: '.*', read: '.*' }

/** What a user may do in one virtual host. */
export class Access {
  readonly #user: string
  readonly #patterns: Readonly<Record<Permission, RegExp | undefined>>

  constructor(user: string, { configure, write, read }: Permissions) {
    this.#user = user
    this.#patterns = {
      configure: toRegExp(configure),
      write: toRegExp(write),
      read: toRegExp(read),
    }
  }

  allows(permission: Permission, name: string): boolean {
    const pattern = this.#patterns[permission]
    return pattern === undefined || pattern.test(name)
  }

  /** Throws where the user lacks the permission. */
  check(permission: Permission, resource: Resource): void {
    // The default exchange has a name of its own in permissions.
    const name =
      resource.kind === 'exchange' && resource.name === '' ? 'amq.default' : resource.name
    if (this.allows(permission, name)) return
    const title = `${resource.kind} '${name}' in vhost '${resource.vhost}'`
    throw accessRefused(`${permission} access to ${title} refused for user '${this.#user}'`)
  }

  /** Throws where the user has no permission at all on it: what a passive declaration takes. */
  checkAny(resource: Resource): void {
    if (this.allows('read', resource.name) || this.allows('write', resource.name)) return
    this.check('configure', resource)
  }
}

export interface Resource {
  readonly kind: 'queue' | 'exchange'
  readonly name: string
  readonly vhost: string
}

/** Undefined for the pattern that matches all: most users have no other. */
function toRegExp(pattern: string): RegExp | undefined {
  if (pattern === '.*') return undefined
  return new RegExp(pattern === '' ? '^$' : pattern, 'u')
}
