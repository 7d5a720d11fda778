import { execFile } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { promisify } from 'node:util'

import { RabbitMQContainer, type StartedRabbitMQContainer } from '@testcontainers/rabbitmq'
import { connect } from 'amqplib'

import { waitFor } from './wait-for.ts'

const execute = promisify(execFile)

/**
 * A RabbitMQ of a test's own, in a container, for what must not be done to a broker that others
 * use: stopping it, killing it, raising an alarm. It keeps its port when it comes back.
 */
export class RabbitMqServer implements AsyncDisposable {
  readonly url: string
  /** The port of amqps, for a broker that was given certificates. */
  readonly tlsPort: number
  readonly #container: StartedRabbitMQContainer

  private constructor(container: StartedRabbitMQContainer, port: number) {
    this.#container = container
    this.url = `amqp://guest:guest@127.0.0.1:${port}`
    this.tlsPort = container.getMappedPort(5671)
  }

  /** `files` are put into the container before it starts: its path there, and what is in it. */
  static async start({
    version = process.env['RABBITMQ_VERSION'] ?? '4.3',
    files = {},
  }: { version?: string; files?: Readonly<Record<string, string>> } = {}): Promise<RabbitMqServer> {
    const port = await freePort()
    const container = await new RabbitMQContainer(`rabbitmq:${version}-management`)
      .withExposedPorts({ container: 5672, host: port }, 5671)
      .withCopyContentToContainer(
        Object.entries(files).map(([target, content]) => ({ target, content, mode: 0o644 })),
      )
      .start()
    return new RabbitMqServer(container, port)
  }

  /** Ends the broker as a power cut does. */
  async kill(): Promise<void> {
    await execute('docker', ['kill', this.#container.getId()])
  }

  /** Ends the broker in good order. */
  async stop(): Promise<void> {
    try {
      await this.rabbitmqctl('shutdown')
    } catch {
      // The command runs in the container that it ends, and goes down with it.
    }
    await execute('docker', ['wait', this.#container.getId()])
  }

  /** Starts it again with what it has stored; resolves when it serves AMQP. */
  async start(): Promise<void> {
    await execute('docker', ['start', this.#container.getId()])
    await waitFor(
      'the broker to serve AMQP again',
      async () => {
        const connection = await connect(this.url)
        await connection.close()
        return true
      },
      { interval: 100 },
    )
  }

  /** Stops every thread of the broker where it is; its sockets stay open. */
  async pause(): Promise<void> {
    await execute('docker', ['pause', this.#container.getId()])
  }

  async unpause(): Promise<void> {
    await execute('docker', ['unpause', this.#container.getId()])
  }

  async rabbitmqctl(...args: readonly string[]): Promise<string> {
    const { stdout } = await execute('docker', [
      'exec',
      this.#container.getId(),
      'rabbitmqctl',
      ...args,
    ])
    return stdout
  }

  /** The process that is RabbitMQ, as the machine numbers it that Docker runs on. */
  async pid(): Promise<number> {
    const { stdout } = await execute('docker', ['top', this.#container.getId(), '-o', 'pid,comm'])
    return Number(/^(\d+) +beam/m.exec(stdout)?.[1])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.stop()
  }
}

/** A port on which nothing listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}
