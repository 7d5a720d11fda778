import { fileURLToPath } from 'node:url'

import { Program, RabbitMqServer } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { execa } from 'execa'

import { compile } from '../../common/compile.ts'
import type { Broker } from './broker.ts'
import { redisVersion, startRedis } from './redis.ts'

/** Functions that start a broker. A given URL replaces the RabbitMQ container. */
export const starters = {
  rabbitmq: (url) => (url === undefined ? startRabbitMq('4.3', 'RabbitMQ') : given(url)),
  'rabbitmq 3.10': () => startRabbitMq('3.10', 'RabbitMQ 3.10'),
  embedded: async () => startEmbedded(await compiled('broker/src/bin.ts')),
  null: async () =>
    startProgram(await compiled('bench/src/programs/null-broker.ts'), 'null broker', {
      options: [],
      urls: 1,
    }),
  redis: () => startRedis(['--save', '']),
  // What BullMQ recommends. It writes each second, so a crash loses the last second.
  'redis with AOF': () => startRedis(['--appendonly', 'yes']),
} as const satisfies Record<string, (url: string | undefined) => Promise<Broker>>

export type BrokerName = keyof typeof starters

/** The embedded broker as `pnpm broker` starts it, with tsx. */
export function startFromSource(): Promise<Broker> {
  return startEmbedded([process.execPath, '--import', 'tsx', 'broker/src/bin.ts'])
}

function startEmbedded(command: readonly string[]): Promise<Broker> {
  return startProgram(command, 'embedded broker', { options: ['--stream-port', '0'], urls: 2 })
}

/** `program` is relative to the root of the repository. */
async function compiled(program: string): Promise<readonly string[]> {
  const file = fileURLToPath(new URL(`../../../../${program}`, import.meta.url))
  return [process.execPath, await compile(file)]
}

/** Whether a broker can be started. Redis and RabbitMQ 3.10 are optional; 3.10 needs an image that exists already. */
export async function isInstalled(name: BrokerName): Promise<boolean> {
  if (name.startsWith('redis')) return redisVersion() !== undefined
  if (name !== 'rabbitmq 3.10') return true
  const image = 'rabbitmq:3.10-management'
  const { failed } = await execa('docker', ['image', 'inspect', image], { reject: false })
  return !failed
}

/** Some images limit RabbitMQ to 1,024 open files, too few for the connections of a benchmark. */
const moreFiles = { '/etc/rabbitmq/rabbitmq-env.conf': 'ulimit -S -n 16384\n' }

async function startRabbitMq(version: string, title: string): Promise<Broker> {
  const streams = version !== '3.10'
  const server = await RabbitMqServer.start({ version, files: moreFiles, streams })
  // No other broker is behind a proxy, and Docker's takes CPU time from all that is measured here.
  const { url, streamUrl } = (await server.directUrls()) ?? server
  return {
    url,
    ...(streams && { streamUrl }),
    pid: await server.pid(),
    ...(await productAt(url)),
    title,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function given(url: string): Promise<Broker> {
  const streamUrl = process.env['STREAM_URL']
  return {
    url,
    ...(streamUrl !== undefined && { streamUrl }),
    pid: undefined,
    ...(await productAt(url)),
    async [Symbol.asyncDispose]() {},
  }
}

/** Starts a broker of this repository in its own process. It prints that many URLs. */
async function startProgram(
  command: readonly string[],
  title: string,
  { options, urls }: { readonly options: readonly string[]; readonly urls: number },
): Promise<Broker> {
  const program = new Program(command, ['--port', '0', ...options])
  const dispose = (): Promise<void> => program[Symbol.asyncDispose]()
  try {
    const [line = '', next = ''] = await program.hasLines(urls)
    const url = line.replace(/^Listening on /, '')
    const [, streamUrl] = /^Streams on (.+)/.exec(next) ?? []
    return {
      url,
      ...(streamUrl !== undefined && { streamUrl }),
      title,
      version: 'this commit',
      pid: program.pid,
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function productAt(url: string): Promise<{ title: string; version: string }> {
  const model = await connect(url)
  const { product, version } = model.connection.serverProperties
  await model.close()
  return { title: product, version }
}
