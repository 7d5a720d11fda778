import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { Program, RabbitMqServer } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'

/** A broker that contenders work on. */
export interface Broker extends AsyncDisposable {
  readonly url: string
  /** As the page names it. */
  readonly title: string
  readonly version: string
  /** Its process, for who looks at CPU and memory; one that a URL named has none that we know. */
  readonly pid: number | undefined
}

/** How each broker is started; a URL that was given stands for RabbitMQ. */
export const brokers = {
  rabbitmq: (url) => (url === undefined ? startRabbitMq('4.3', 'RabbitMQ') : given(url)),
  'rabbitmq 3.10': () => startRabbitMq('3.10', 'RabbitMQ 3.10'),
  embedded: () => startProgram('broker/src/bin.ts', 'embedded broker'),
  null: () => startProgram('bench/src/null-broker.ts', 'null broker'),
} as const satisfies Record<string, (url: string | undefined) => Promise<Broker>>

export type BrokerName = keyof typeof brokers

/** An old RabbitMQ takes part where somebody has fetched it; nobody has to. */
export async function isHere(name: BrokerName): Promise<boolean> {
  if (name !== 'rabbitmq 3.10') return true
  try {
    await promisify(execFile)('docker', ['image', 'inspect', 'rabbitmq:3.10-management'])
    return true
  } catch {
    return false
  }
}

/** Connections and queues need files, and not every image leaves RabbitMQ more than 1,024 of them. */
const moreFiles = { '/etc/rabbitmq/rabbitmq-env.conf': 'ulimit -S -n 16384\n' }

async function startRabbitMq(version: string, title: string): Promise<Broker> {
  const server = await RabbitMqServer.start({ version, files: moreFiles })
  return {
    url: server.url,
    pid: await server.pid(),
    ...(await askWho(server.url)),
    title,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function given(url: string): Promise<Broker> {
  return { url, pid: undefined, ...(await askWho(url)), async [Symbol.asyncDispose]() {} }
}

/** A broker of ours in a process of its own, the embedded one as `pnpm broker` starts it. */
async function startProgram(file: string, title: string): Promise<Broker> {
  const program = new Program(file, ['--port', '0'])
  const dispose = (): Promise<void> => program[Symbol.asyncDispose]()
  try {
    const [line = ''] = await program.hasLines(1)
    const url = line.replace(/^Listening on /, '')
    const { pid } = program
    return { url, title, version: 'this commit', pid, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function askWho(url: string): Promise<{ title: string; version: string }> {
  const model = await connect(url)
  const { product, version } = model.connection.serverProperties
  await model.close()
  return { title: product, version }
}
