import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'

interface Traffic {
  readonly sockets: Set<Socket>
  /** See what clients send, and the connection to the broker that it goes to. */
  readonly watchers: Set<(chunk: Buffer, upstream: Socket) => void>
}

/** A TCP proxy between a program and its broker, to simulate network failures. */
export class TcpProxy implements AsyncDisposable {
  /** The broker's URL, but through the proxy. */
  readonly url: string
  readonly #server: Server
  readonly #sockets: Traffic['sockets']
  readonly #watchers: Traffic['watchers']

  private constructor(url: string, server: Server, { sockets, watchers }: Traffic) {
    this.url = url
    this.#server = server
    this.#sockets = sockets
    this.#watchers = watchers
  }

  static async start(brokerUrl: string): Promise<TcpProxy> {
    const broker = new URL(brokerUrl)
    const sockets: Traffic['sockets'] = new Set()
    const watchers: Traffic['watchers'] = new Set()
    const server = createServer((client) => {
      const upstream = createConnection(Number(broker.port || 5672), broker.hostname)
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(socket)
        socket
          .on('error', () => {})
          .on('close', () => {
            sockets.delete(socket)
            // After silence(), not even the closing of one side may reach the other.
            if (other.listenerCount('data') > 0) other.destroy()
          })
      }
      client.on('data', (chunk: Buffer) => {
        for (const watch of watchers) watch(chunk, upstream)
      })
      client.pipe(upstream).pipe(client)
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const url = new URL(brokerUrl)
    url.hostname = '127.0.0.1'
    url.port = String((server.address() as AddressInfo).port)
    return new TcpProxy(url.href, server, { sockets, watchers })
  }

  /** Breaks all connections. New ones are forwarded. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Breaks all connections as soon as one of them has forwarded `bytes` more in one direction. */
  cutAfter(bytes: number): void {
    for (const socket of this.#sockets) {
      let rest = bytes
      socket.on('data', (chunk: Buffer) => {
        rest -= chunk.length
        if (rest <= 0) this.cut()
      })
    }
  }

  /**
   * Waits until a client sends these bytes, and then holds back the broker's answers on this
   * connection. Resolves with a function that lets them through.
   */
  holdAfter(bytes: Buffer): Promise<() => void> {
    return new Promise((resolve) => {
      const watch = (chunk: Buffer, upstream: Socket): void => {
        if (!chunk.includes(bytes)) return
        this.#watchers.delete(watch)
        upstream.pause()
        resolve(() => upstream.resume())
      }
      this.#watchers.add(watch)
    })
  }

  /**
   * Stops forwarding on all current connections without closing them, like a network that drops all
   * packets. New connections are forwarded.
   */
  silence(): void {
    for (const socket of this.#sockets) socket.unpipe().removeAllListeners('data').pause()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }
}
