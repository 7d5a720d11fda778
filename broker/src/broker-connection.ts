import type { Connection } from './connection/connection.ts'
import { InvalidOptionError } from './settings/options.ts'
import { ConnectionFault } from './protocol/faults.ts'
import { connectionCodeOf, connectionCodes, type ConnectionCode } from './protocol/reply-codes.ts'
import { connectionSnapshot, type ConnectionSnapshot } from './snapshot.ts'

/** What a client is told when its connection is closed. */
export interface CloseReason {
  /** A reply code that closes a connection. Default 320, CONNECTION_FORCED. */
  readonly code?: number
  /** What follows the name of the code. Default: what RabbitMQ's management API says. */
  readonly text?: string
}

/** A connection as it was when `broker.connections()` was called, and what ends it. */
export interface BrokerConnection extends ConnectionSnapshot {
  /**
   * Closes it as RabbitMQ does when an operator closes a connection. Resolves when the client is
   * gone: one that does not answer loses its connection after `closeTimeout`, one in the handshake at
   * once.
   */
  close(reason?: CloseReason): Promise<void>
  /** Hangs up without a word, as a failing network does. */
  destroy(): void
}

export function brokerConnection(connection: Connection): BrokerConnection {
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
