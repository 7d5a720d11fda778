import { RabbitMQContainer } from '@testcontainers/rabbitmq'
import type { TestProject } from 'vitest/node'

import { freePort } from '../network/free-port.ts'
import { Management } from './management.ts'
import { startContainer } from './start-container.ts'
import { streamFiles } from './stream-files.ts'

/** The RabbitMQ that all test files share. */
export interface RabbitMq {
  readonly amqp: string
  readonly management: string
  /** For clients of the stream protocol. */
  readonly streams: string
  /** For example 4.3.6. */
  readonly version: string
  /** The container's id; undefined if AMQP_URL named the broker. */
  readonly container?: string
}

/** The vitest globalSetup for tests on RabbitMQ: uses the broker at AMQP_URL, or starts a container. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['AMQP_URL']
  const broker = given === undefined ? await startBroker() : givenBroker(given)
  const management = new Management(broker.management)
  const version = await versionOf(management).catch(async (error: unknown) => {
    await broker.stop()
    throw error
  })
  project.provide('broker', 'rabbitmq')
  project.provide('rabbitmq', {
    amqp: broker.amqp,
    management: broker.management,
    streams: broker.streams,
    version,
    ...(broker.container !== undefined && { container: broker.container }),
  })
  return async () => {
    try {
      // RabbitMQ 3.12 and older have no such list.
      if (!/^3\.(\d|1[0-2])\./.test(version)) await assertNothingDeprecated(management)
    } finally {
      await broker.stop()
    }
  }
}

async function versionOf(management: Management): Promise<string> {
  const overview = (await management.request('GET', 'overview')) as { rabbitmq_version: string }
  return overview.rabbitmq_version
}

interface Running extends Omit<RabbitMq, 'version'> {
  stop(): Promise<void>
}

async function startBroker(): Promise<Running> {
  const version = process.env['RABBITMQ_VERSION'] ?? '4.3'
  const streamPort = await freePort()
  const container = await startContainer(
    new RabbitMQContainer(`rabbitmq:${version}-management`)
      .withExposedPorts({ container: 5552, host: streamPort })
      .withCopyContentToContainer(streamFiles(streamPort)),
  )
  const host = container.getHost()
  return {
    streams: `rabbitmq-stream://guest:guest@${host}:${streamPort}`,
    amqp: `amqp://guest:guest@${host}:${container.getMappedPort(5672)}`,
    management: `http://guest:guest@${host}:${container.getMappedPort(15672)}`,
    container: container.getId(),
    async stop() {
      await container.stop()
    },
  }
}

/** Assumes that the management API and streams are on the same host, with the same user, on their default ports. */
function givenBroker(amqp: string): Running {
  const url = new URL(amqp)
  url.username ||= 'guest'
  url.password ||= 'guest'
  url.pathname = ''
  const { hostname, username, password } = url
  const user = `${username}:${password}`
  return {
    amqp: url.href,
    management: process.env['MANAGEMENT_URL'] ?? `http://${user}@${hostname}:15672`,
    streams: process.env['STREAM_URL'] ?? `rabbitmq-stream://${user}@${hostname}:5552`,
    async stop() {},
  }
}

/** A later RabbitMQ will refuse deprecated features, and the course must not break on that day. */
async function assertNothingDeprecated(management: Management): Promise<void> {
  const used = await management.request('GET', 'deprecated-features/used')
  if (Array.isArray(used) && used.length > 0)
    fail(`the run used deprecated features: ${JSON.stringify(used)}`)
}

/** Fails the run. Throwing would not: vitest only reports errors that are thrown after the tests. */
function fail(message: string): void {
  process.exitCode = 1
  process.stderr.write(`FAILED: ${message}\n`)
}
