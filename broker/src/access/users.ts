import type { Permissions, UserOptions } from '../settings/options.ts'
import { Access } from './access.ts'

/** What a client must know to be the user. */
export interface Credential {
  matches(password: string): boolean
}

export class PlainPassword implements Credential {
  readonly password: string

  constructor(password: string) {
    this.password = password
  }

  matches(password: string): boolean {
    return password === this.password
  }
}

/** The user cannot log in with a password. */
const noPassword: Credential = { matches: () => false }

const everything: Permissions = { configure: '.*', write: '.*', read: '.*' }

/** A user. The permissions may change while clients are connected. */
export class User {
  readonly name: string
  /** May log in from this machine alone. */
  readonly loopbackOnly: boolean
  credential: Credential
  tags: readonly string[]
  /** In every virtual host that is not in `#permissions`. */
  readonly #everywhere: Permissions | undefined
  /** By virtual host; undefined for one that the user may not use. */
  readonly #permissions: Map<string, Permissions | undefined>
  /** What connections hold, by virtual host. */
  readonly #accesses = new Map<string, Access>()

  constructor(name: string, options: Omit<UserOptions, 'password'>, credential: Credential) {
    const { permissions, loopbackOnly = false, tags } = options
    const { '*': everywhere, ...named } = permissions ?? { '*': everything }
    this.name = name
    this.loopbackOnly = loopbackOnly
    this.credential = credential
    // A user who may do everything with AMQP may do everything with the management API.
    this.tags = tags ?? (permissions === undefined ? ['administrator'] : [])
    this.#everywhere = everywhere
    this.#permissions = new Map(Object.entries(named))
  }

  /** May set the user-id of a message to the name of another user. */
  get impersonator(): boolean {
    return this.tags.includes('impersonator')
  }

  permissionsIn(vhost: string): Permissions | undefined {
    return this.#permissions.has(vhost) ? this.#permissions.get(vhost) : this.#everywhere
  }

  /** The permissions in a virtual host; undefined if the user may not connect to it. */
  accessTo(vhost: string): Access | undefined {
    const permissions = this.permissionsIn(vhost)
    if (permissions === undefined) return undefined
    const access = this.#accesses.get(vhost) ?? new Access(this.name, permissions)
    this.#accesses.set(vhost, access)
    return access
  }

  /** Takes effect for connected clients too; undefined takes all permissions away. */
  setPermissions(vhost: string, permissions: Permissions | undefined): void {
    this.#permissions.set(vhost, permissions)
    this.#accesses.get(vhost)?.change(permissions)
  }

  /** The virtual host was deleted: a new one of the same name starts without the old permissions. */
  forgetVhost(vhost: string): void {
    this.#permissions.delete(vhost)
    this.#accesses.delete(vhost)
  }
}

function credentialOf({ password }: UserOptions): Credential {
  return password === undefined ? noPassword : new PlainPassword(password)
}

/** The users of a broker. */
export class UserRegistry {
  readonly #users = new Map<string, User>()

  constructor(users: Readonly<Record<string, UserOptions>>) {
    for (const [name, options] of Object.entries(users))
      this.add(new User(name, options, credentialOf(options)))
  }

  add(user: User): void {
    this.#users.set(user.name, user)
  }

  /** Returns false if there is no such user. */
  delete(name: string): boolean {
    return this.#users.delete(name)
  }

  find(name: string): User | undefined {
    return this.#users.get(name)
  }

  /** Returns undefined if there is no such user, or the password is wrong. A blank one always is. */
  authenticate(name: string, password: string): User | undefined {
    const user = this.find(name)
    return password !== '' && user?.credential.matches(password) === true ? user : undefined
  }

  [Symbol.iterator](): Iterator<User> {
    return this.#users.values()
  }
}
