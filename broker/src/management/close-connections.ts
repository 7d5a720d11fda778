import type { Connection } from '../connection/connection.ts'
import { ConnectionFault } from '../protocol/faults.ts'
import type { ManagedBroker } from './context.ts'
import { openConnections } from './views/connection-view.ts'

/** Closes a connection as an operator does. */
export function forceClose(connection: Connection, reason: string): void {
  void connection.close(new ConnectionFault('CONNECTION_FORCED', reason, { namesMethod: false }))
}

/** Closes the connections of which `isConcerned` is true. */
export function closeConnections(
  broker: ManagedBroker,
  reason: string,
  isConcerned: (connection: Connection) => boolean,
): void {
  for (const connection of openConnections(broker))
    if (isConcerned(connection)) forceClose(connection, reason)
}
