import type { ClientConnection } from './connection/stream/client-connection.ts'
import { ChannelFault, ConnectionFault } from './protocol/faults.ts'
import {
  channelCodeOf,
  channelCodes,
  connectionCodeOf,
  connectionCodes,
} from './protocol/reply-codes.ts'
import { InvalidOptionError } from './settings/options.ts'
import { connectionSnapshot, type ConnectionSnapshot } from './snapshot.ts'

/** The contents of the connection.close or channel.close that a client gets. */
export interface CloseReason {
  /** Default: 320, CONNECTION_FORCED, or for channels 406, PRECONDITION_FAILED. */
  readonly code?: number
  /** The text after the name of the code. Default for connections: that of RabbitMQ's management API. */
  readonly text?: string
}

/** A connection as it was when `broker.connections()` was called, with methods to close it. */
export interface BrokerConnection extends ConnectionSnapshot {
  /**
   * Closes the connection as RabbitMQ does when an operator closes it. Resolves when the client has
   * disconnected. If it does not answer, this happens after `closeTimeout`; during the handshake, at
   * once. A client of the stream protocol is disconnected at once, without the reason.
   */
  close(reason?: CloseReason): Promise<void>
  /** Closes its channels, and leaves the connection open. */
  closeChannels(reason?: CloseReason): void
  /** Closes the socket without an explanation, as a failing network does. */
  destroy(): void
}

export function brokerConnection(connection: ClientConnection): BrokerConnection {
  return {
    ...connectionSnapshot(connection),
    async close({ code = 320, text = 'Closed via management plugin' } = {}) {
      const about = { code, what: 'connection', codes: connectionCodes }
      const name = known(connectionCodeOf(code), about)
      await connection.close(new ConnectionFault(name, text, { namesMethod: false }))
    },
    closeChannels({ code = 406, text = 'Closed by the test' } = {}) {
      const name = known(channelCodeOf(code), { code, what: 'channel', codes: channelCodes })
      const fault = new ChannelFault(name, text)
      // An event listener may call this while a frame is being handled.
      queueMicrotask(() => connection.channels?.failAll(fault))
    },
    destroy() {
      connection.destroy()
    },
  }
}

function known<N>(
  name: N | undefined,
  about: {
    readonly code: number
    readonly what: string
    readonly codes: Readonly<Record<string, number>>
  },
): N {
  if (name !== undefined) return name
  const { code, what, codes } = about
  const valid = Object.values(codes).join(', ')
  throw new InvalidOptionError('code', `is ${code}, which closes no ${what}; ${valid} do`)
}
