import { ConnectionFault } from './protocol/faults.ts'
import { connectionCodeOf, connectionCodes, type ConnectionCode } from './protocol/reply-codes.ts'
import { InvalidOptionError } from './settings/options.ts'
import { connectionSnapshot, type ConnectionSnapshot, type SnapshotConnection } from './snapshot.ts'

/** The contents of the connection.close that a client gets. */
export interface CloseReason {
  /** A reply code for connection.close. Default 320, CONNECTION_FORCED. */
  readonly code?: number
  /** The text after the name of the code. Default: the text of RabbitMQ's management API. */
  readonly text?: string
}

/** A connection as it was when `broker.connections()` was called, with methods to close it. */
export interface BrokerConnection extends ConnectionSnapshot {
  /**
   * Closes the connection as RabbitMQ does when an operator closes it. Resolves when the client has
   * disconnected. If it does not answer, this happens after `closeTimeout`; during the handshake, at
   * once.
   */
  close(reason?: CloseReason): Promise<void>
  /** Closes the socket without an explanation, as a failing network does. */
  destroy(): void
}

/** A connection of any protocol. */
export interface ClosableConnection extends SnapshotConnection {
  close(fault: ConnectionFault): Promise<void>
  destroy(): void
}

export function brokerConnection(connection: ClosableConnection): BrokerConnection {
  return {
    ...connectionSnapshot(connection),
    async close({ code = 320, text = 'Closed via management plugin' } = {}) {
      const name = codeName(code)
      await connection.close(new ConnectionFault(name, text, { namesMethod: false }))
    },
    destroy() {
      connection.destroy()
    },
  }
}

function codeName(code: number): ConnectionCode {
  const name = connectionCodeOf(code)
  if (name !== undefined) return name
  const known = Object.values(connectionCodes).join(', ')
  throw new InvalidOptionError('code', `is ${code}, which closes no connection; ${known} do`)
}
