import type { Duplex } from 'node:stream'

import type { ClientConnection } from './connection/stream/client-connection.ts'
import { Connection } from './connection/connection.ts'
import { hostName, type Address, type Peer } from './connection/peer.ts'
import { StreamConnection } from './connection/stream/stream-connection.ts'
import type { ManagedBroker } from './management/model/context.ts'
import { ConnectionFault } from './protocol/faults.ts'
import { LimitError } from './settings/limit-error.ts'
import { systemClock } from './time/clock.ts'

/** How long `close` waits until the clients have closed their connections, in milliseconds. */
const closeTimeout = 1000

/** What a client speaks. */
export type Protocol = 'amqp' | 'stream'

/** The clients of a broker: it gives each its connection, and closes all of them at the end. */
export class Clients {
  readonly #broker: ManagedBroker
  readonly #connections: Set<ClientConnection>
  #nextNumber = 1
  #isClosing = false
  #onAllGone: (() => void) | undefined

  /** `connections` contains the current ones. */
  constructor(broker: ManagedBroker, connections: Set<ClientConnection>) {
    this.#broker = broker
    this.#connections = connections
  }

  /** The number of the next connection. */
  takeNumber(): number {
    return this.#nextNumber++
  }

  serve(stream: Duplex, protocol: Protocol, peer: Omit<Peer, 'id'>): void {
    const { maxConnections } = this.#broker.settings.limits
    // A few more than the limit get an explanation from the handshake, and the others do not.
    if (this.#isClosing || this.#connections.size > maxConnections + 100) {
      stream.destroy(new LimitError('maxConnections', maxConnections))
      return
    }
    const numbered = { id: this.takeNumber(), ...peer }
    this.#connections.add(this.#connect(stream, protocol, numbered))
  }

  /** Closes all connections, and accepts no others. Resolves when the clients are gone. */
  async close(): Promise<void> {
    this.#isClosing = true
    const connections = this.#connections
    for (const connection of connections)
      if (connection.state === 'running') void connection.close(shutdown())
      else connection.destroy()
    if (connections.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = systemClock.after(closeTimeout, () => {
        for (const connection of connections) connection.destroy()
      })
      this.#onAllGone = () => {
        timer[Symbol.dispose]()
        resolve()
      }
    })
  }

  #connect(stream: Duplex, protocol: Protocol, peer: Peer): ClientConnection {
    const onClosed = (connection: ClientConnection): void => {
      this.#connections.delete(connection)
      if (this.#connections.size === 0) this.#onAllGone?.()
    }
    if (protocol === 'amqp') return new Connection(this.#broker, stream, { peer, onClosed })
    const advertised = this.#advertised(peer)
    return new StreamConnection(this.#broker, stream, { peer, onClosed, advertised })
  }

  /** The address that a client of the stream protocol is told. */
  #advertised({ local, tls }: Peer): Address {
    const { settings, listeners } = this.#broker
    const { advertisedHost, advertisedPort, advertisedTlsPort } = settings.streams ?? {}
    // A client that did not connect over a socket can only use a listener.
    const used = local ?? Array.from(listeners).find(({ protocol }) => protocol === 'stream')
    const { host = 'localhost', port = 0 } = used ?? {}
    return {
      host: advertisedHost ?? hostName(host),
      port: (tls === undefined ? advertisedPort : advertisedTlsPort) ?? port,
    }
  }
}

function shutdown(): ConnectionFault {
  const text = "broker forced connection closure with reason 'shutdown'"
  return new ConnectionFault('CONNECTION_FORCED', text, { namesMethod: false })
}
