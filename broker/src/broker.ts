import { createServer, isIP, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import { UserRegistry } from './access/users.ts'
import { Amqp10Format } from './amqp10/amqp10-format.ts'
import { brokerConnection, type BrokerConnection } from './broker-connection.ts'
import { generateQueueName } from './channel/names.ts'
import type { BrokerContext } from './connection/broker-context.ts'
import { Connection } from './connection/connection.ts'
import type { Peer } from './connection/peer.ts'
import { Scheduler } from './connection/scheduler.ts'
import { MemoryGauge } from './core/message/memory-gauge.ts'
import { VirtualHost } from './core/vhost.ts'
import type { BrokerEventName, BrokerListener } from './events/broker-events.ts'
import { EventHub } from './events/event-hub.ts'
import { ConnectionFault } from './protocol/faults.ts'
import { LimitError } from './settings/limit-error.ts'
import type { BrokerSettings } from './settings/options.ts'
import { takeSnapshot, type BrokerSnapshot } from './snapshot.ts'

/** How long `close` waits until the clients have closed their connections, in milliseconds. */
const closeTimeout = 1000

export interface AcceptOptions {
  /** Whether the client is on this machine, for users that may only log in from it. Default true. */
  readonly isLoopback?: boolean
  /** The name of the connection in messages and in `connections()`. */
  readonly name?: string
}

/** An AMQP 0-9-1 broker inside this process. It keeps everything in memory. */
export class Broker implements AsyncDisposable {
  readonly #context: BrokerContext
  readonly #connections = new Set<Connection>()
  #servers: Server[] = []
  #port = 0
  #nextConnection = 1
  #closing: Promise<void> | undefined
  #onConnectionClosed: (() => void) | undefined

  constructor(settings: BrokerSettings) {
    const connections = this.#connections
    const events = new EventHub()
    const memory = new MemoryGauge(settings.limits.memoryWatermark, (over) => {
      if (!over) for (const connection of connections) queueMicrotask(() => connection.unblock())
    })
    const vhosts = createVirtualHosts(settings, events, memory)
    const users = new UserRegistry(settings.users)
    const scheduler = new Scheduler(settings.clock, memory)
    this.#context = { settings, events, memory, scheduler, users, vhosts, connections }
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

  /** Starts to listen. Rejects if the port is in use, or not permitted. */
  async listen(): Promise<void> {
    const { hosts, port } = this.#context.settings
    for (const host of hosts) {
      const server = createServer({ noDelay: true }, (socket) => this.#acceptSocket(socket))
      this.#servers.push(server)
      // All hosts use the port that the first of them got.
      this.#port = await listenOn(server, host, this.#port || port)
    }
  }

  /** Serves a client over any stream: a socket, one end of a pair, a tunnel. */
  accept(stream: Duplex, { isLoopback = true, name = 'stream' }: AcceptOptions = {}): void {
    this.#serve(stream, { isLoopback, name })
  }

  /** Calls `listener` for each event `name`, until the result is disposed of. */
  on<N extends BrokerEventName>(name: N, listener: BrokerListener<N>): Disposable {
    return this.#context.events.on(name, listener)
  }

  /** The current connections, each with `close()` and `destroy()`. */
  connections(): readonly BrokerConnection[] {
    return Array.from(this.#connections, brokerConnection)
  }

  /** The current exchanges, queues with their counts, bindings and connections. */
  snapshot(): BrokerSnapshot {
    return takeSnapshot(this.#context, this.#connections)
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
  }

  async #closeConnections(): Promise<void> {
    const connections = this.#connections
    for (const connection of connections)
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

  #acceptSocket(socket: Socket): void {
    const { remoteAddress, remotePort, localAddress, localPort } = socket
    const address = { host: plainAddress(remoteAddress), port: remotePort ?? 0 }
    const isLoopback = /^(127\.|::1$)/.test(address.host)
    const name = `${endpoint(address)} -> ${endpoint({ host: plainAddress(localAddress), port: localPort ?? 0 })}`
    this.#serve(socket, { isLoopback, name, address })
  }

  #serve(stream: Duplex, peer: Omit<Peer, 'id'>): void {
    const { maxConnections } = this.#context.settings.limits
    // A few more than the limit get an explanation from the handshake, and the others do not.
    if (this.#closing !== undefined || this.#connections.size > maxConnections + 100) {
      stream.destroy(new LimitError('maxConnections', maxConnections))
      return
    }
    const id = this.#nextConnection++
    const onClosed = (connection: Connection): void => {
      this.#connections.delete(connection)
      this.#onConnectionClosed?.()
    }
    this.#connections.add(
      new Connection(this.#context, stream, { peer: { id, ...peer }, onClosed }),
    )
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
