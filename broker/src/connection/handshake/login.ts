import type { Access } from '../../access/access.ts'
import type { User } from '../../access/users.ts'
import type { VirtualHost } from '../../core/vhost.ts'

/** Who is connected, and to which virtual host: the result of the handshake. */
export interface Login {
  readonly user: User
  readonly access: Access
  readonly vhost: VirtualHost
  /** The name that a client of AMQP gave its connection, if any. */
  readonly userProvidedName?: string | undefined
}
