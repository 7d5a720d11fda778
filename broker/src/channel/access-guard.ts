import type { Resource } from '../access/users.ts'
import type { DeclarationGuard } from '../core/declaration-guard.ts'
import type { ChannelHost } from './channel-host.ts'

/**
 * Checks the user's permissions. Forwarding to another exchange needs read access to what is
 * declared and write access to that exchange.
 */
export function accessGuard(
  kind: Resource['kind'],
  { access, vhost: { vhost } }: Pick<ChannelHost, 'access' | 'vhost'>,
): DeclarationGuard {
  return {
    declare(name) {
      access.check('configure', { kind, name, vhost })
    },
    forward(name, exchange) {
      access.check('read', { kind, name, vhost })
      access.check('write', { kind: 'exchange', name: exchange, vhost })
    },
  }
}
