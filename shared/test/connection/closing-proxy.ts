import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'

/** Class and method of connection.close. */
const connectionClose = Buffer.from([0, 10, 0, 50])

/**
 * A TCP proxy that sees when a client closes its connection, and can break it at that moment; it can
 * also stop in the middle of what a client sends.
 */
export interface ClosingProxy extends AsyncDisposable {
  /** The broker's URL, but through the proxy. */
  readonly url: string
  /** How many connections clients have opened. */
  connections: number
  /** Whether new connections are broken at once. */
  refuses: boolean
  /** Called instead of forwarding connection.close. */
  atClose: ((client: Socket) => void) | undefined
  /** From the first bytes on that contain this text, a client's bytes are kept until the release. */
  holdFrom: string | undefined
  /** Whether bytes are kept. */
  readonly isHolding: boolean
  /** Forwards what was kept. */
  release(): void
  /** Breaks all connections. */
  cut(): void
}

export async function startClosingProxy(brokerUrl: string): Promise<ClosingProxy> {
  const { port, hostname } = new URL(brokerUrl)
  const sockets = new Set<Socket>()
  let held: (() => void)[] = []
  const server = createServer((client) => {
    proxy.connections += 1
    if (proxy.refuses) {
      client.destroy()
      return
    }
    const broker = createConnection(Number(port || 5672), hostname)
    for (const socket of [client, broker]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        broker.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (proxy.atClose !== undefined && bytes.includes(connectionClose)) proxy.atClose(client)
      else if (proxy.holdFrom !== undefined && bytes.includes(proxy.holdFrom)) {
        client.pause()
        held.push(() => {
          broker.write(bytes)
          client.resume()
        })
      } else broker.write(bytes)
    })
    broker.pipe(client)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = new URL(brokerUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const proxy: ClosingProxy = {
    url: url.href,
    connections: 0,
    refuses: false,
    atClose: undefined,
    holdFrom: undefined,
    get isHolding() {
      return held.length > 0
    },
    release() {
      proxy.holdFrom = undefined
      for (const forward of held) forward()
      held = []
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
  return proxy
}
