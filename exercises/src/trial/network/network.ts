import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

import { Traffic } from './traffic.ts'

const heartbeat = 8

type Direction = 'to-broker' | 'to-program'

interface Pipe {
  readonly direction: Direction
  readonly to: Socket
  readonly read: (chunk: Buffer) => void
}

/** A TCP proxy between the programs and the broker that can be cut, held and observed. */
export class Network implements AsyncDisposable {
  /** The broker's URL through this network. */
  readonly url: string
  readonly traffic = new Traffic()
  /** How many connections have been opened. */
  connections = 0
  /** How many connections are open. */
  open = 0
  /** How many chunks of data have passed, not counting heartbeats. */
  passed = 0
  readonly #server: Server
  readonly #broker: URL
  readonly #sockets = new Set<Socket>()
  readonly #held = new Map<Direction, { pipe: Pipe; chunk: Buffer }[]>()
  #closed = false

  private constructor(brokerUrl: string, server: Server, port: number) {
    this.#broker = new URL(brokerUrl)
    this.#server = server
    const url = new URL(brokerUrl)
    url.hostname = '127.0.0.1'
    url.port = String(port)
    this.url = url.href
  }

  static async start(brokerUrl: string): Promise<Network> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('listening on no port')
    const network = new Network(brokerUrl, server, address.port)
    server.on('connection', (client) => {
      network.#connect(client)
    })
    return network
  }

  #connect(client: Socket): void {
    if (this.#closed) {
      client.destroy()
      return
    }
    this.connections += 1
    this.open += 1
    const { hostname, port } = this.#broker
    const broker = createConnection({ host: hostname, port: Number(port || 5672), noDelay: true })
    const line = this.traffic.line()
    this.#forward(client, {
      direction: 'to-broker',
      to: broker,
      read: (chunk) => line.toBroker.feed(chunk),
    })
    this.#forward(broker, {
      direction: 'to-program',
      to: client,
      read: (chunk) => line.toClient.feed(chunk),
    })
    client.once('close', () => {
      this.open -= 1
      this.traffic.lost(line)
    })
  }

  #forward(from: Socket, pipe: Pipe): void {
    this.#sockets.add(from)
    from.on('data', (chunk) => {
      const held = this.#held.get(pipe.direction)
      if (chunk[0] !== heartbeat) this.passed += 1
      // Data from a program counts when it is sent, data to a program when it arrives.
      if (pipe.direction === 'to-broker') pipe.read(chunk)
      if (held === undefined) this.#pass(pipe, chunk)
      else held.push({ pipe, chunk })
    })
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      // Data sent before the end still arrives, as on a real network.
      pipe.to.end()
    })
  }

  #pass({ direction, to, read }: Pipe, chunk: Buffer): void {
    if (direction === 'to-program') read(chunk)
    if (!to.destroyed) to.write(chunk)
  }

  /** Whether a program waits for the broker, and will not be kept waiting by us. */
  get waitsForBroker(): boolean {
    return this.#held.size === 0 && this.traffic.waitsForBroker
  }

  /** Holds all data in this direction until it is released. */
  hold(direction: Direction): void {
    this.#held.set(direction, [])
  }

  release(): void {
    for (const [direction, held] of this.#held) {
      this.#held.delete(direction)
      for (const { pipe, chunk } of held) this.#pass(pipe, chunk)
    }
  }

  /** Breaks all connections. New ones can be opened. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Breaks all connections and refuses new ones. */
  close(): void {
    this.#closed = true
    this.cut()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
