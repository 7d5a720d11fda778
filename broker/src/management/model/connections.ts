import type { ClientConnection } from '../../connection/stream/client-connection.ts'
import { ConnectionFault } from '../../protocol/faults.ts'
import type { ManagedBroker } from './context.ts'

/**
 * The connections that are listed: those that have opened a virtual host and are not closing. A client
 * that was told to close would otherwise be taken for one that has already reconnected.
 */
export function openConnections({ connections }: ManagedBroker): readonly ClientConnection[] {
  return Array.from(connections).filter(({ state }) => state === 'running')
}

/** Closes a connection as an operator does. */
export function forceClose(connection: ClientConnection, reason: string): void {
  void connection.close(new ConnectionFault('CONNECTION_FORCED', reason, { namesMethod: false }))
}

/** Closes the connections of which `isConcerned` is true. */
export function closeConnections(
  broker: ManagedBroker,
  reason: string,
  isConcerned: (connection: ClientConnection) => boolean,
): void {
  for (const connection of openConnections(broker))
    if (isConcerned(connection)) forceClose(connection, reason)
}
