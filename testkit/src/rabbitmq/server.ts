import { RabbitMQContainer, type StartedRabbitMQContainer } from '@testcontainers/rabbitmq'
import { connect } from 'amqplib'

import { canConnect } from '../network/can-connect.ts'
import { freePort } from '../network/free-port.ts'
import { waitFor } from '../waiting/wait-for.ts'
import { docker } from './docker.ts'
import { Management } from './management.ts'
import { startContainer } from './start-container.ts'
import { streamFiles } from './stream-files.ts'

/**
 * A RabbitMQ container for a single test that stops the broker, kills it or raises an alarm. It keeps
 * its port across restarts.
 */
export class RabbitMqServer implements AsyncDisposable {
  readonly url: string
  /** The port for amqps, if `files` configured certificates. */
  readonly tlsPort: number
  /** Likewise for streams over TLS. */
  readonly streamTlsPort: number
  /** For clients of the stream protocol, if it was started with `streams`. */
  readonly streamUrl: string
  readonly managementUrl: string
  readonly management: Management
  readonly #container: StartedRabbitMQContainer

  private constructor(container: StartedRabbitMQContainer, port: number, streamPort: number) {
    this.#container = container
    this.url = `amqp://guest:guest@127.0.0.1:${port}`
    this.streamUrl = `rabbitmq-stream://guest:guest@localhost:${streamPort}`
    this.tlsPort = container.getMappedPort(5671)
    this.streamTlsPort = container.getMappedPort(5551)
    this.managementUrl = `http://guest:guest@127.0.0.1:${container.getMappedPort(15672)}`
    this.management = new Management(this.managementUrl)
  }

  /** `files` maps paths in the container to contents that are copied there before it starts. */
  static async start({
    version = process.env['RABBITMQ_VERSION'] ?? '4.3',
    files = {},
    streams = false,
  }: {
    version?: string
    files?: Readonly<Record<string, string>>
    streams?: boolean
  } = {}): Promise<RabbitMqServer> {
    const [port, streamPort] = await Promise.all([freePort(), freePort()])
    const configured = new RabbitMQContainer(`rabbitmq:${version}-management`)
      .withExposedPorts(
        { container: 5672, host: port },
        { container: 5552, host: streamPort },
        5671,
        5551,
      )
      .withCopyContentToContainer([
        ...Object.entries(files).map(([target, content]) => ({ target, content, mode: 0o644 })),
        ...(streams ? streamFiles(streamPort) : []),
      ])
    return new RabbitMqServer(await startContainer(configured), port, streamPort)
  }

  /**
   * URLs with the container's own address. The others lead through a proxy of Docker's, which copies every
   * byte. Undefined if this machine has no route to containers, as with Docker Desktop.
   */
  async directUrls(): Promise<Pick<RabbitMqServer, 'url' | 'streamUrl'> | undefined> {
    const [network = ''] = this.#container.getNetworkNames()
    const host = this.#container.getIpAddress(network)
    if (!(await canConnect(host, 5672))) return undefined
    const advertised = `[{advertised_host, <<"${host}">>}, {advertised_port, 5552}]`
    await this.rabbitmqctl('eval', `application:set_env([{rabbitmq_stream, ${advertised}}]).`)
    return {
      url: `amqp://guest:guest@${host}:5672`,
      streamUrl: `rabbitmq-stream://guest:guest@${host}:5552`,
    }
  }

  /** Kills the broker, like a power failure. */
  async kill(): Promise<void> {
    await docker(['kill', this.#container.getId()])
  }

  /** Shuts the broker down gracefully. */
  async stop(): Promise<void> {
    let cause: unknown
    try {
      await this.rabbitmqctl('shutdown')
    } catch (error) {
      // The command runs in the container that it stops, so it is killed before it can finish. If it
      // failed for another reason, the container keeps running.
      cause = error
    }
    await docker(['wait', this.#container.getId()]).catch((error: unknown) => {
      throw new Error('the broker did not stop', { cause: cause ?? error })
    })
  }

  /** Starts it again with its stored data. Resolves when it accepts AMQP connections. */
  async start(): Promise<void> {
    await docker(['start', this.#container.getId()])
    await waitFor(
      'the restarted broker to accept connections',
      async () => {
        const connection = await connect(this.url)
        await connection.close()
        return true
      },
      { interval: 100 },
    )
  }

  /** Freezes the broker's processes. Its sockets stay open. */
  async pause(): Promise<void> {
    await docker(['pause', this.#container.getId()])
  }

  async unpause(): Promise<void> {
    await docker(['unpause', this.#container.getId()])
  }

  async rabbitmqctl(...args: readonly string[]): Promise<string> {
    const id = this.#container.getId()
    return await docker(['exec', id, 'rabbitmqctl', ...args])
  }

  /** RabbitMQ's process id on the Docker host. */
  async pid(): Promise<number> {
    const stdout = await docker(['top', this.#container.getId(), '-o', 'pid,comm'])
    return Number(/^(\d+) +beam/m.exec(stdout)?.[1])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.stop()
  }
}
