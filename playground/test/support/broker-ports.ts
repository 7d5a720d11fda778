import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'

/** The class and method of basic.publish, as they are in a frame. */
const publish = Buffer.from([0, 60, 0, 40])

/** A port of a scene: a proxy for the broker that can lose confirms, and can be closed. */
export class BrokerPort implements AsyncDisposable {
  losesConfirms = false
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(broker: URL) {
    this.#server = createServer((client) => {
      this.#forward(client, createConnection(Number(broker.port || 5672), broker.hostname))
    })
  }

  /** Resolves with the port's number. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve)
    })
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }

  #forward(client: Socket, broker: Socket): void {
    let losesAnswers = false
    client.on('data', (chunk) => {
      losesAnswers ||= this.losesConfirms && chunk.includes(publish)
      broker.write(chunk)
    })
    broker.on('data', (chunk) => {
      if (!losesAnswers) client.write(chunk)
    })
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          this.#sockets.delete(socket)
          other.destroy()
        })
    }
  }
}

/** The ports of localhost that the programs of a scene connect to. */
export class BrokerPorts implements AsyncDisposable {
  readonly #ports = new Map<number, Promise<readonly [BrokerPort, number]>>()

  /** Replaces each URL with a port of localhost by the URL of a proxy for the broker. */
  async replaceIn(word: string, broker: string): Promise<string> {
    let replaced = word
    for (const [text, port = ''] of word.matchAll(/amqp:\/\/localhost:(\d+)/g)) {
      const url = new URL(broker)
      const [, number] = await this.#open(Number(port), broker)
      url.hostname = '127.0.0.1'
      url.port = String(number)
      replaced = replaced.replace(text, url.href)
    }
    return replaced
  }

  async loseConfirms(port: number): Promise<void> {
    const [proxy] = (await this.#ports.get(port)) ?? []
    if (proxy !== undefined) proxy.losesConfirms = true
  }

  async close(port: number): Promise<void> {
    const [proxy] = (await this.#ports.get(port)) ?? []
    await proxy?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const port of this.#ports.keys()) await this.close(port)
  }

  #open(port: number, broker: string): Promise<readonly [BrokerPort, number]> {
    const open = async () => {
      const proxy = new BrokerPort(new URL(broker))
      return [proxy, await proxy.listen()] as const
    }
    const opened = this.#ports.get(port) ?? open()
    this.#ports.set(port, opened)
    return opened
  }
}
