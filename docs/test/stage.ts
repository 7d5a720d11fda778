import { freePort, freePortWith, testBroker, waitFor } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { execa } from 'execa'
import { inject } from 'vitest'

import { root } from '../tools/markdown.ts'
import { Terminal, type Stage } from '../tools/terminal.ts'

/**
 * The programs of chapter 11 keep offsets in files. The pages run on several brokers at once, and
 * after runs that have failed, so in fact the names of the files have a suffix.
 */
const suffix = `-run-${process.pid}`

function withSuffix(line: string): string {
  return line.replaceAll(/(?<=^pnpm streams group |packages\/streams\/)(?=\w)\w+/g, `$&${suffix}`)
}

function withoutSuffix(line: string): string {
  return line.replaceAll(suffix, '')
}

/** The reader's broker: the embedded one, or RabbitMQ from docker-compose.yml. */
export interface ReadersBroker extends AsyncDisposable {
  readonly name: string
  readonly stage: Stage
  /** Deletes everything on it. */
  reset(): Promise<void>
}

export async function readersBroker(): Promise<ReadersBroker> {
  if (inject('broker') === 'embedded') return await pnpmBroker()
  return process.env['AMQP_URL'] === undefined ? await composeProject() : await given()
}

/** `pnpm broker` in its own terminal. `play` starts it. */
async function pnpmBroker(): Promise<ReadersBroker> {
  // `pnpm broker` serves streams at this distance, and has no line about that.
  const port = await freePortWith(-120)
  const streams = port - 120
  const management = await freePort()
  const stage: Stage = {
    env: readersEnv({
      AMQP_URL: `amqp://localhost:${port}`,
      STREAM_PORT: String(streams),
      MANAGEMENT_URL: `http://localhost:${management}`,
    }),
    rewrite: (line) =>
      withoutSuffix(line)
        .replaceAll(`localhost:${port}`, 'localhost:5672')
        .replaceAll(`127.0.0.1:${port}`, '127.0.0.1:5672')
        .replaceAll(`127.0.0.1:${management}`, '127.0.0.1:15672'),
    inFact: (line) =>
      withSuffix(line)
        .replace(/^pnpm broker$/, `pnpm broker --port ${port} --management-port ${management}`)
        .replaceAll('localhost:5672', `localhost:${port}`),
    rabbitMq: false,
  }
  const brokerTerminal = new Terminal(stage, { keyboard: true })
  return {
    name: 'pnpm broker',
    stage: { ...stage, brokerTerminal },
    reset: () => brokerTerminal[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => brokerTerminal[Symbol.asyncDispose](),
  }
}

/** The RabbitMQ at AMQP_URL. It is not in our container, so commands with docker are skipped. */
async function given(): Promise<ReadersBroker> {
  let broker = await testBroker()
  // Without the user guest, which is the default, as a reader would write it.
  const url = (): URL => new URL(broker.url.replace('guest:guest@', ''))
  const stage: Stage = {
    get env() {
      return readersEnv({ AMQP_URL: url().href })
    },
    rewrite: (line) =>
      withoutSuffix(line)
        .replaceAll(url().href, 'amqp://localhost:5672')
        .replaceAll(url().host, 'localhost:5672'),
    inFact: (line) => withSuffix(line).replaceAll('localhost:5672', url().host),
    rabbitMq: false,
  }
  return {
    name: inject('broker'),
    stage,
    async reset() {
      await broker[Symbol.asyncDispose]()
      broker = await testBroker()
    },
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]()
    },
  }
}

/** docker-compose.yml with its own project name and ports, so that commands run as written. */
async function composeProject(): Promise<ReadersBroker> {
  const port = await freePort()
  const streams = await freePort()
  const management = await freePort()
  const url = `amqp://localhost:${port}`
  const env = readersEnv({
    AMQP_URL: url,
    AMQP_PORT: String(port),
    STREAM_PORT: String(streams),
    MANAGEMENT_PORT: String(management),
    COMPOSE_PROJECT_NAME: `messaging-patterns-docs-${process.pid}`,
  })
  const docker = (...args: string[]) =>
    execa('docker', ['compose', ...args], { cwd: root, env, extendEnv: false })
  try {
    await docker('up', '--detach', '--wait')
  } catch (error) {
    await docker('down', '--volumes')
    throw error
  }
  return {
    name: inject('broker'),
    stage: {
      env,
      rewrite: (line) =>
        withoutSuffix(line)
          .replaceAll(`localhost:${port}`, 'localhost:5672')
          .replaceAll(`localhost:${management}`, 'localhost:15672'),
      inFact: (line) =>
        withSuffix(line)
          .replaceAll('localhost:5672', `localhost:${port}`)
          .replaceAll('localhost:15672', `localhost:${management}`),
      rabbitMq: true,
    },
    async reset() {
      await docker('down', '--volumes')
      await docker('up', '--detach', '--wait')
      await waitFor('the broker', async () => {
        const connection = await connect(url)
        await connection.close()
        return true
      })
    },
    async [Symbol.asyncDispose]() {
      await docker('down', '--volumes')
    },
  }
}

/** By default, git shows more digits of a hash in a clone that has more objects. */
const shortHashes = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'core.abbrev',
  GIT_CONFIG_VALUE_0: '7',
}

/** Our environment, without the variables that a reader's shell does not have. */
export function readersEnv(more: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && !/^(npm_|pnpm_|vitest|vite_|node_|test$|ci$|amqp_)/i.test(name))
      env[name] = value
  return { ...env, ...shortHashes, NO_COLOR: '1', ...more }
}
