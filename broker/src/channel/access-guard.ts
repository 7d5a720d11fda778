import type { Resource } from '../access/access.ts'
import type { DeclarationGuard } from '../core/declaration-guard.ts'
import type { ChannelHost } from './channel-host.ts'

/**
 * Checks the permissions of the user. An exchange or queue that forwards messages to another exchange
 * needs read permission for itself, and write permission for that exchange.
 */
export function accessGuard(
  kind: Resource['kind'],
  { access, vhost: { vhost } }: Pick<ChannelHost, 'access' | 'vhost'>,
): DeclarationGuard {
  return {
    checkDeclare(name) {
      access.check('configure', { kind, name, vhost })
    },
    checkForward(name, exchange) {
      access.check('read', { kind, name, vhost })
      access.check('write', { kind: 'exchange', name: exchange, vhost })
    },
  }
}
