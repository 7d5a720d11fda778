import { createServer, isIP, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import { UserRegistry } from './access/users.ts'
import { Amqp10Format } from './amqp10/amqp10-format.ts'
import { brokerConnection, type BrokerConnection } from './broker-connection.ts'
import { generateQueueName } from './channel/names.ts'
import type { BrokerContext } from './connection/broker-context.ts'
import { Connection } from './connection/connection.ts'
import { connectionCount } from './connection/handshake/handshake.ts'
import type { Peer } from './connection/peer.ts'
import { Scheduler } from './connection/scheduler.ts'
import { StreamConnection } from './connection/stream/stream-connection.ts'
import { MemoryGauge } from './core/message/memory-gauge.ts'
import { VirtualHost } from './core/vhost.ts'
import type { BrokerEventName, BrokerListener } from './events/broker-events.ts'
import { EventHub } from './events/event-hub.ts'
import { ConnectionFault } from './protocol/faults.ts'
import { LimitError } from './settings/limit-error.ts'
import type { BrokerSettings } from './settings/options.ts'
import { ConsumerGroups } from './stream-protocol/consuming/consumer-groups.ts'
import { takeSnapshot, type BrokerSnapshot } from './snapshot.ts'

/** How long `close` waits until the clients have closed their connections, in milliseconds. */
const closeTimeout = 1000

export interface AcceptOptions {
  /** Whether the client is on this machine, for users that may only log in from it. Default true. */
  readonly isLoopback?: boolean
  /** The name of the connection in messages and in `connections()`. */
  readonly name?: string
  /** What the client speaks. Default `amqp`. */
  readonly protocol?: Protocol
}

export type Protocol = 'amqp' | 'stream'

type AnyConnection = Connection | StreamConnection

/** An AMQP 0-9-1 broker inside this process. It keeps everything in memory. */
export class Broker implements AsyncDisposable {
  readonly #context: BrokerContext
  readonly #connections = new Set<Connection>()
  readonly #streamConnections = new Set<StreamConnection>()
  #servers: Server[] = []
  #port = 0
  #streamPort = 0
  #nextConnection = 1
  #closing: Promise<void> | undefined
  #onConnectionClosed: (() => void) | undefined

  constructor(settings: BrokerSettings) {
    const connections = this.#connections
    const streamConnections = this.#streamConnections
    const events = new EventHub()
    const memory = new MemoryGauge(settings.limits.memoryWatermark, (over) => {
      if (!over)
        for (const connection of this.#allConnections) queueMicrotask(() => connection.unblock())
    })
    const vhosts = createVirtualHosts(settings, events, memory)
    const users = new UserRegistry(settings.users)
    const scheduler = new Scheduler(settings.clock, memory)
    const consumerGroups = new ConsumerGroups()
    const shared = { settings, events, memory, scheduler, users, vhosts, consumerGroups }
    this.#context = { ...shared, connections, streamConnections }
  }

  /** The port that it listens on; 0 before `listen`, and if it does not listen. */
  get port(): number {
    return this.#port
  }

  /** The URL for clients, with the first of the users: amqp://guest:guest@127.0.0.1:PORT. */
  get url(): string {
    const { users, hosts } = this.#context.settings
    const [name = 'guest', { password } = { password: 'guest' }] = Object.entries(users)[0] ?? []
    const host = hosts[0] ?? '127.0.0.1'
    const credentials = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`
    return `amqp://${credentials}@${isIP(host) === 6 ? `[${host}]` : host}:${this.#port}`
  }

  /** The port for the stream protocol; 0 if there is none. */
  get streamPort(): number {
    return this.#streamPort
  }

  /** Like `url`, for clients of the stream protocol; undefined if the option `streams` is not set. */
  get streamUrl(): string | undefined {
    if (this.#streamPort === 0) return undefined
    return this.url.replace(/^amqp:(.*):\d+$/, `rabbitmq-stream:$1:${this.#streamPort}`)
  }

  /** Starts to listen. Rejects if a port is in use, or not permitted. */
  async listen(): Promise<void> {
    const { port, streams } = this.#context.settings
    this.#port = await this.#listen('amqp', port)
    if (streams !== undefined) this.#streamPort = await this.#listen('stream', streams.port)
  }

  /** Serves a client over any stream: a socket, one end of a pair, a tunnel. */
  accept(
    stream: Duplex,
    { isLoopback = true, name = 'stream', protocol = 'amqp' }: AcceptOptions = {},
  ): void {
    this.#serve(stream, protocol, { isLoopback, name })
  }

  /** Calls `listener` for each event `name`, until the result is disposed of. */
  on<N extends BrokerEventName>(name: N, listener: BrokerListener<N>): Disposable {
    return this.#context.events.on(name, listener)
  }

  /** The current connections, each with `close()` and `destroy()`. */
  connections(): readonly BrokerConnection[] {
    return Array.from(this.#allConnections, brokerConnection)
  }

  /** The current exchanges, queues with their counts, bindings and connections. */
  snapshot(): BrokerSnapshot {
    return takeSnapshot(this.#context, this.#allConnections)
  }

  /** Closes all connections and stops. Queues and messages are gone. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const closed = this.#servers.map(closeServer)
    this.#servers = []
    await this.#closeConnections()
    await Promise.all(closed)
    for (const vhost of this.#context.vhosts.values()) vhost.close()
    this.#port = 0
    this.#streamPort = 0
  }

  get #allConnections(): readonly AnyConnection[] {
    return [...this.#connections, ...this.#streamConnections]
  }

  /** Returns the port: all hosts use the one that the first of them gets. */
  async #listen(protocol: Protocol, port: number): Promise<number> {
    let chosen = port
    for (const host of this.#context.settings.hosts) {
      const accept = (socket: Socket): void => this.#acceptSocket(socket, protocol)
      const server = createServer({ noDelay: true }, accept)
      this.#servers.push(server)
      chosen = await listenOn(server, host, chosen)
    }
    return chosen
  }

  async #closeConnections(): Promise<void> {
    const connections = this.#connections
    for (const connection of this.#allConnections)
      if (connection.state === 'running') void connection.close(shutdown())
      else connection.destroy()
    if (connections.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        for (const connection of connections) connection.destroy()
      }, closeTimeout)
      this.#onConnectionClosed = () => {
        if (connections.size > 0) return
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #acceptSocket(socket: Socket, protocol: Protocol): void {
    const { remoteAddress, remotePort, localAddress, localPort } = socket
    const address = { host: plainAddress(remoteAddress), port: remotePort ?? 0 }
    const isLoopback = /^(127\.|::1$)/.test(address.host)
    const local = { host: plainAddress(localAddress), port: localPort ?? 0 }
    const name = `${endpoint(address)} -> ${endpoint(local)}`
    this.#serve(socket, protocol, { isLoopback, name, address, local })
  }

  #serve(stream: Duplex, protocol: Protocol, peer: Omit<Peer, 'id'>): void {
    const { maxConnections } = this.#context.settings.limits
    // A few more than the limit get an explanation from the handshake, and the others do not.
    if (this.#closing !== undefined || connectionCount(this.#context) > maxConnections + 100) {
      stream.destroy(new LimitError('maxConnections', maxConnections))
      return
    }
    const numbered = { id: this.#nextConnection++, ...peer }
    if (protocol === 'stream') this.#serveStream(stream, numbered)
    else this.#serveAmqp(stream, numbered)
  }

  #serveAmqp(stream: Duplex, peer: Peer): void {
    const onClosed = (connection: Connection): void => {
      this.#connections.delete(connection)
      this.#onConnectionClosed?.()
    }
    this.#connections.add(new Connection(this.#context, stream, { peer, onClosed }))
  }

  #serveStream(stream: Duplex, peer: Peer): void {
    const { advertisedHost, advertisedPort } = this.#context.settings.streams ?? {}
    const host = advertisedHost ?? peer.local?.host ?? 'localhost'
    const port = advertisedPort ?? peer.local?.port ?? this.#streamPort
    const onClosed = (connection: StreamConnection): void => {
      this.#streamConnections.delete(connection)
    }
    const options = { peer, onClosed, advertised: { host, port } }
    this.#streamConnections.add(new StreamConnection(this.#context, stream, options))
  }
}

function createVirtualHosts(
  settings: BrokerSettings,
  events: EventHub,
  memory: MemoryGauge,
): ReadonlyMap<string, VirtualHost> {
  const { clock, limits } = settings
  const { maxQueues, consumerTimeout } = limits
  const vhosts = new Map<string, VirtualHost>()
  const hasRoom = (): boolean =>
    Array.from(vhosts.values()).reduce((sum, { queues }) => sum + queues.size, 0) < maxQueues
  const rules = {
    permitTransient: settings.permitTransientQueues,
    relaxedRedeclaration: settings.relaxedChecksOnRedeclaration,
    hasRoom,
    maxQueues,
    generateName: generateQueueName,
  }
  const parts = { clock, events, memory, rules, consumerTimeout, createMessageFormat }
  for (const name of settings.vhosts) vhosts.set(name, new VirtualHost(name, parts))
  return vhosts
}

function createMessageFormat(): Amqp10Format {
  return new Amqp10Format()
}

function shutdown(): ConnectionFault {
  const text = "broker forced connection closure with reason 'shutdown'"
  return new ConnectionFault('CONNECTION_FORCED', text, { namesMethod: false })
}

/** On an IPv6 socket, the address of an IPv4 client has a prefix. */
function plainAddress(address = ''): string {
  return address.replace(/^::ffff:/, '')
}

function endpoint({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}

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
