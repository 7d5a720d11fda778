import type { Permissions, UserOptions } from '../settings/options.ts'
import { Access } from './access.ts'

export interface User {
  readonly name: string
  readonly loopbackOnly: boolean
  /** May set the user-id of a message to the name of another user. */
  readonly impersonator: boolean
  /** The permissions in a virtual host; undefined if the user may not connect to it. */
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

  /** Returns undefined if there is no such user, or the password is wrong. */
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
