import type { Duplex } from 'node:stream'

import { UserRegistry } from './access/users.ts'
import { Amqp10Format } from './amqp10/amqp10-format.ts'
import { brokerConnection, type BrokerConnection } from './broker-connection.ts'
import type { FaultInjection } from './channel/fault-injection.ts'
import { generateQueueName } from './channel/names.ts'
import { Clients, type Protocol } from './clients.ts'
import type { ClientConnection } from './connection/stream/client-connection.ts'
import { hostName, endpoint, socketPeer } from './connection/peer.ts'
import { Scheduler } from './connection/scheduler.ts'
import { MemoryGauge } from './core/message/memory-gauge.ts'
import type { VirtualHost } from './core/vhost.ts'
import { VirtualHosts } from './core/virtual-hosts.ts'
import type { BrokerEventName, BrokerListener } from './events/broker-events.ts'
import { EventHub } from './events/event-hub.ts'
import { Listeners } from './listeners.ts'
import type { LocalApi, ManagementReply, ManagementRequest } from './management/local-api.ts'
import type { ManagedBroker } from './management/model/context.ts'
import type { Management } from './management/server.ts'
import type { BrokerSettings } from './settings/options.ts'
import type { Clock } from './time/clock.ts'
import { ConsumerGroups } from './stream-protocol/consuming/consumer-groups.ts'
import { takeSnapshot, type BrokerSnapshot } from './snapshot.ts'

export interface AcceptOptions {
  /** Whether the client is on this machine, for users that may only log in from it. Default true. */
  readonly isLoopback?: boolean
  /** The name of the connection in messages and in `connections()`. */
  readonly name?: string
  /** What the client speaks. Default `amqp`. */
  readonly protocol?: Protocol
}

/** The parts that a test broker replaces. */
export interface TestSeams {
  /** The clock of the virtual hosts. Connections keep that of the settings. */
  readonly clock: Clock
  readonly faults: FaultInjection
}

/** An AMQP 0-9-1 broker inside this process. It keeps everything in memory. */
export class Broker implements AsyncDisposable {
  readonly #context: ManagedBroker
  readonly #connections = new Set<ClientConnection>()
  readonly #clients: Clients
  readonly #listeners: Listeners
  #localApi: Promise<LocalApi> | undefined
  #closing: Promise<void> | undefined

  constructor(settings: BrokerSettings, seams?: TestSeams) {
    const connections = this.#connections
    const events = new EventHub()
    const memory = new MemoryGauge(settings.limits.memoryWatermark, (over) => {
      if (!over) for (const connection of connections) queueMicrotask(() => connection.unblock())
    })
    const clock = seams?.clock ?? settings.clock
    const vhosts = createVirtualHosts({ ...settings, clock }, events, memory)
    const users = new UserRegistry(settings.users)
    const scheduler = new Scheduler(settings.clock, memory)
    this.#listeners = new Listeners(settings, {
      onClient: (socket, protocol, tls) =>
        this.#clients.serve(socket, protocol, socketPeer(socket, tls)),
      onTlsFailed: (problem) => this.#tlsFailed(problem),
      createManagement: () => this.#createManagement(),
    })
    this.#context = {
      settings,
      events,
      memory,
      scheduler,
      users,
      vhosts,
      connections,
      consumerGroups: new ConsumerGroups(),
      faults: seams?.faults,
      listeners: this.#listeners,
      startedAt: settings.clock.now(),
    }
    this.#clients = new Clients(this.#context, connections)
    for (const name of settings.traceVhosts) this.traceOn(name)
  }

  /** The port that it listens on; 0 before `listen`, and if it does not listen. */
  get port(): number {
    return this.#listeners.port('amqp')
  }

  /** The port for amqps; 0 if there is none. */
  get tlsPort(): number {
    return this.#listeners.port('amqp/ssl')
  }

  /**
   * The URL for clients, with the first of the users, and the first virtual host unless that is `/`:
   * amqp://guest:guest@127.0.0.1:PORT. The same as `tlsUrl` if the broker only listens for amqps.
   */
  get url(): string {
    if (this.#context.settings.port === null) return this.tlsUrl
    return this.#urlOf('amqp', this.port) + this.#vhostPath
  }

  /** Like `url`: amqps://guest:guest@localhost:PORT. Throws if the broker was started without the option tls. */
  get tlsUrl(): string {
    if (this.#context.settings.tls === undefined)
      throw new Error('this broker has no listener for amqps: start it with the option tls')
    return this.#urlOf('amqps', this.tlsPort, hostName(this.#host)) + this.#vhostPath
  }

  /** The port for the stream protocol; 0 if there is none. */
  get streamPort(): number {
    return this.#listeners.port('stream')
  }

  /** Like `url`, for clients of the stream protocol; undefined if the option `streams` is not set. */
  get streamUrl(): string | undefined {
    if (this.streamPort === 0) return undefined
    return this.#urlOf('rabbitmq-stream', this.streamPort) + this.#vhostPath
  }

  /** Like `streamUrl`, for TLS; undefined if the option `streams` has no `tlsPort`. */
  get streamTlsUrl(): string | undefined {
    const port = this.#listeners.port('stream/ssl')
    if (port === 0) return undefined
    return this.#urlOf('rabbitmq-stream+tls', port, hostName(this.#host)) + this.#vhostPath
  }

  /** Where the management API is, like `url`; undefined if the option `management` is not set. */
  get managementUrl(): string | undefined {
    const port = this.#listeners.port('http')
    return port === 0 ? undefined : this.#urlOf('http', port)
  }

  protected get context(): ManagedBroker {
    return this.#context
  }

  /** Starts to listen. Rejects if a port is in use, or not permitted. */
  listen(): Promise<void> {
    return this.#listeners.listen()
  }

  /** Serves a client over any stream: a socket, one end of a pair, a tunnel. */
  accept(
    stream: Duplex,
    { isLoopback = true, name = 'stream', protocol = 'amqp' }: AcceptOptions = {},
  ): void {
    this.#clients.serve(stream, protocol, { isLoopback, name })
  }

  /** Calls `listener` for each event `name`, until the result is disposed of. */
  on<N extends BrokerEventName>(name: N, listener: BrokerListener<N>): Disposable {
    return this.#context.events.on(name, listener)
  }

  /**
   * Turns on the firehose of a virtual host, by default of the one in `url`: until `traceOff`, a copy of
   * each message that is published or delivered there goes to the exchange amq.rabbitmq.trace.
   */
  traceOn(vhost = this.#firstVhost): void {
    this.#vhost(vhost).tracing = true
  }

  traceOff(vhost = this.#firstVhost): void {
    this.#vhost(vhost).tracing = false
  }

  /** The current connections, each with `close()` and `destroy()`. */
  connections(): readonly BrokerConnection[] {
    return Array.from(this.#connections, brokerConnection)
  }

  /** The current exchanges, queues with their counts, bindings, consumers and connections. */
  snapshot(): BrokerSnapshot {
    return takeSnapshot(this.#context, this.#connections)
  }

  /**
   * Creates the users, virtual hosts, queues and so on of a definitions file, as exported by RabbitMQ or
   * by `GET /api/definitions`. Rejects if something in it is wrong.
   */
  async importDefinitions(definitions: Readonly<Record<string, unknown>>): Promise<void> {
    const { importDefinitions } = await import('./management/definitions/import-definitions.ts')
    importDefinitions(this.#context, definitions)
  }

  /**
   * Answers a request of the management API as its HTTP server would answer an administrator, but needs no
   * port: `manage({ path: '/api/queues' })`.
   */
  async manage(request: ManagementRequest): Promise<ManagementReply> {
    this.#localApi ??= this.#createLocalApi()
    return (await this.#localApi).request(request)
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
    const stopped = this.#listeners.stop()
    await this.#clients.close()
    this.#listeners.destroyTlsSockets()
    await stopped
    ;(await this.#localApi)?.[Symbol.dispose]()
    for (const vhost of this.#context.vhosts) vhost.close()
  }

  /** What follows the port in a URL for clients. */
  get #vhostPath(): string {
    return this.#firstVhost === '/' ? '' : `/${encodeURIComponent(this.#firstVhost)}`
  }

  get #firstVhost(): string {
    return this.#context.settings.vhosts[0] ?? '/'
  }

  get #host(): string {
    return this.#context.settings.hosts[0] ?? '127.0.0.1'
  }

  #urlOf(scheme: string, port: number, host = this.#host): string {
    const first = Object.entries(this.#context.settings.users)[0]
    const [name, { password = '' }] = first ?? ['guest', { password: 'guest' }]
    const credentials = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`
    return `${scheme}://${credentials}@${endpoint({ host, port })}`
  }

  #vhost(name: string): VirtualHost {
    const vhost = this.#context.vhosts.get(name)
    if (vhost === undefined) throw new Error(`there is no virtual host '${name}'`)
    return vhost
  }

  async #createManagement(): Promise<Management> {
    // Loaded only here: a broker without the API, or in a browser, does without it.
    const { Management } = await import('./management/server.ts')
    return new Management(this.#context)
  }

  async #createLocalApi(): Promise<LocalApi> {
    const { LocalApi } = await import('./management/local-api.ts')
    return new LocalApi(this.#context)
  }

  #tlsFailed(problem: string): void {
    const reason = `TLS handshake failed: ${problem}`
    const connection = this.#clients.takeNumber()
    this.#context.events.emit('connection.failed', { connection, user: '', vhost: '', reason })
  }
}

/** Resolves with the broker once it listens. If it cannot, closes it and rejects. */
export async function listening<B extends Broker>(broker: B): Promise<B> {
  try {
    await broker.listen()
    return broker
  } catch (error) {
    await broker.close()
    throw error
  }
}

function createVirtualHosts(
  settings: BrokerSettings,
  events: EventHub,
  memory: MemoryGauge,
): VirtualHosts {
  const { clock, limits } = settings
  const { maxQueues, consumerTimeout } = limits
  const hasRoom = (): boolean =>
    Array.from(vhosts).reduce((sum, { queues }) => sum + queues.size, 0) < maxQueues
  const rules = {
    permitTransient: settings.permitTransientQueues,
    relaxedRedeclaration: settings.relaxedChecksOnRedeclaration,
    hasRoom,
    maxQueues,
    generateName: generateQueueName,
  }
  const countsMessages = settings.management !== undefined
  const ofQueues = { rules, consumerTimeout, countsMessages, createMessageFormat }
  const parts = { clock, events, memory, ...ofQueues }
  const vhosts = new VirtualHosts(parts, settings.vhosts)
  return vhosts
}

function createMessageFormat(): Amqp10Format {
  return new Amqp10Format()
}
