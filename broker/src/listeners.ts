import type { Server as HttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

import type { Protocol } from './clients.ts'
import type { TlsSession } from './connection/peer.ts'
import type { Listener } from './management/model/context.ts'
import type { Management } from './management/server.ts'
import type { BrokerSettings } from './settings/options.ts'
import type { TlsSettings } from './settings/tls-options.ts'
import { createTlsServer } from './tls/tls-server.ts'

export interface ListenerActions {
  onClient(socket: Socket, protocol: Protocol, tls?: TlsSession): void
  onTlsFailed(problem: string): void
  createManagement(): Promise<Management>
}

/** The servers of a broker: for AMQP, the stream protocol and the management API, each on all of its hosts. */
export class Listeners implements Iterable<Listener> {
  readonly #settings: BrokerSettings
  readonly #actions: ListenerActions
  #servers: Server[] = []
  #managementServers: HttpServer[] = []
  #management: Management | undefined
  /** TLS clients, from the start of the handshake. */
  readonly #tlsSockets = new Set<Socket>()
  /** The ports that are listened on; 0 for none. */
  #ports: Readonly<Record<Listener['protocol'], number>> = noPorts

  constructor(settings: BrokerSettings, actions: ListenerActions) {
    this.#settings = settings
    this.#actions = actions
  }

  /** 0 if nothing listens for the protocol. */
  port(protocol: Listener['protocol']): number {
    return this.#ports[protocol]
  }

  *[Symbol.iterator](): Iterator<Listener> {
    for (const protocol of protocols)
      for (const host of this.#ports[protocol] === 0 ? [] : this.#settings.hosts)
        yield { protocol, host, port: this.#ports[protocol] }
  }

  /** Rejects if a port is in use, or not permitted. */
  async listen(): Promise<void> {
    const { port, tls, streams, management } = this.#settings
    if (port !== null) await this.#listen('amqp', port, () => this.#createServer('amqp'))
    if (tls !== undefined)
      await this.#listen('amqp/ssl', tls.port, () => this.#createTlsServer('amqp', tls))
    if (streams !== undefined)
      await this.#listen('stream', streams.port, () => this.#createServer('stream'))
    if (tls !== undefined && streams?.tlsPort !== undefined)
      await this.#listen('stream/ssl', streams.tlsPort, () => this.#createTlsServer('stream', tls))
    if (management === undefined) return
    const api = await this.#actions.createManagement()
    this.#management = api
    await this.#listen('http', management, () => {
      const server = api.createServer()
      this.#managementServers.push(server)
      return server
    })
  }

  /** Accepts no more clients. Resolves when those that were accepted are gone. */
  async stop(): Promise<void> {
    const stopped = this.#servers.map(closeServer)
    for (const server of this.#managementServers) server.closeAllConnections()
    this.#management?.[Symbol.dispose]()
    this.#servers = []
    this.#managementServers = []
    await Promise.all(stopped)
    this.#ports = noPorts
  }

  /** Disconnects the clients that have not finished the TLS handshake; the others have connections. */
  destroyTlsSockets(): void {
    for (const socket of this.#tlsSockets) socket.destroy()
  }

  /** All hosts use the port that the first of them gets. */
  async #listen(protocol: Listener['protocol'], port: number, create: () => Server): Promise<void> {
    for (const host of this.#settings.hosts) {
      const server = create()
      this.#servers.push(server)
      const chosen = await listenOn(server, host, this.#ports[protocol] || port)
      this.#ports = { ...this.#ports, [protocol]: chosen }
    }
  }

  #createServer(protocol: Protocol): Server {
    return createServer({ noDelay: true }, (socket) => this.#actions.onClient(socket, protocol))
  }

  #createTlsServer(protocol: Protocol, tls: TlsSettings): Server {
    const { handshakeTimeout, maxConnections } = this.#settings.limits
    const server = createTlsServer(tls, handshakeTimeout, {
      onSecure: (socket, peer) => this.#actions.onClient(socket, protocol, peer),
      onFailed: (problem) => this.#actions.onTlsFailed(problem),
    })
    // Unfinished handshakes do not count as connections, but a flood of them needs a limit too.
    server.maxConnections = maxConnections + 100
    return server.on('connection', (socket: Socket) => {
      this.#tlsSockets.add(socket)
      socket.once('close', () => this.#tlsSockets.delete(socket))
    })
  }
}

const protocols: readonly Listener['protocol'][] = [
  'amqp',
  'amqp/ssl',
  'stream',
  'stream/ssl',
  'http',
]

const noPorts = { amqp: 0, 'amqp/ssl': 0, stream: 0, 'stream/ssl': 0, http: 0 }

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve(portOf(server.address()))
    })
  })
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
