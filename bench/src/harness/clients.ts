import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { BrokerName } from './brokers/brokers.ts'
import { compile } from '../common/compile.ts'

/** A client library, used by a program in clients/. */
export interface Client {
  readonly name: string
  /** Resolves with undefined if the library is not installed. */
  readonly command: () => Promise<readonly string[] | undefined>
  /** It connects to the broker's port for streams. */
  readonly usesStreamProtocol?: boolean
  /** It connects to this server instead of the broker. */
  readonly server?: BrokerName
  /** What installs the library, if `pnpm install` does not. */
  readonly install?: string
}

const folder = fileURLToPath(new URL('../clients/', import.meta.url))
/** The folder of libraries that are not installed with the project. */
export const peers = fileURLToPath(new URL('../../peers/', import.meta.url))
/** Where the tests of lesson 12 have Celery. */
const venv = 'packages/tasks/.venv'
export const celeryPython = fileURLToPath(new URL(`../../../${venv}/bin/python`, import.meta.url))

export const shared = node('shared', 'shared.ts')
export const amqplib = node('amqplib', 'amqplib.ts')

/** Shows the cost of message ids. */
export const amqplibWithoutIds = node('amqplib, no message ids', 'amqplib.ts', 'without-ids')

/** Lets the broker confirm RPC requests and replies, to show the cost. */
export const amqplibConfirming = node('amqplib, with confirms', 'amqplib.ts', 'confirming')

/** Decodes nothing of what it consumes, to show what a broker can deliver. */
export const amqplibCounting = node('amqplib, counting', 'amqplib.ts', 'counting')

/** Only floods a broker, see load.ts. */
export const flooding = node('flood', 'flood.ts')

/** The official JavaScript client of the stream protocol. */
export const streamClient: Client = {
  ...node('rabbitmq-stream-js-client', 'stream-client.ts'),
  usesStreamProtocol: true,
}

/** The clients to compare, in the order of the tables. */
export const clients: readonly Client[] = [
  shared,
  amqplib,
  node('rabbitmq-client', 'rabbitmq-client.ts'),
  node('amqp-connection-manager', 'amqp-connection-manager.mjs'),
  node('@cloudamqp/amqp-client', 'cloudamqp.ts'),
  python('pika', 'pika', 'pika_client.py'),
  python('kombu', 'kombu', 'kombu_client.py'),
  python("PyRMQ's approach", 'pika', 'pyrmq_client.py'),
]

/** The task queues to compare: each client calls the workers of its own library. */
export const taskClients: readonly Client[] = [
  node('tasks of lesson 12', 'tasks.ts'),
  celery('prefork'),
  celery('threads'),
  peer('celery-node'),
  { ...peer('bullmq', 'BullMQ, Redis in memory'), server: 'redis' },
  { ...peer('bullmq', 'BullMQ, Redis with AOF'), server: 'redis with AOF' },
]

/** Lets the broker confirm calls and results, as the tasks of lesson 12 do. */
export const celeryConfirming = celery('threads', 'confirming')

function node(name: string, file: string, ...args: readonly string[]): Client {
  return { name, command: async () => [process.execPath, await compile(folder + file), ...args] }
}

function python(name: string, library: string, file: string): Client {
  return {
    name,
    install: 'apt-get install python3-pika python3-kombu',
    command: async () => {
      const interpreter = pythonWith(library)
      return interpreter === undefined ? undefined : [interpreter, '-B', folder + file]
    },
  }
}

function celery(pool: 'prefork' | 'threads', ...options: readonly 'confirming'[]): Client {
  return {
    name: options.includes('confirming') ? 'Celery, with confirms' : `Celery, ${pool}`,
    install: `python3 -m venv ${venv} && ${venv}/bin/pip install -r packages/tasks/test/peers/requirements.txt`,
    command: async () =>
      existsSync(celeryPython)
        ? [celeryPython, '-B', `${folder}celery_client.py`, pool, ...options]
        : undefined,
  }
}

/** A library that is not installed with the project, see peers/package.json. */
function peer(library: string, name = library): Client {
  return {
    name,
    install: 'npm install --no-package-lock --prefix bench/peers; apt-get install redis-server',
    command: async () =>
      existsSync(`${peers}node_modules/${library}`)
        ? [process.execPath, await compile(`${peers}${library}.mjs`)]
        : undefined,
  }
}

const interpreters = new Map<string, string | undefined>()

/**
 * The Python that has a library installed. Debian installs packages for /usr/bin/python3, and the PATH
 * may find another one.
 */
export function pythonWith(library: string): string | undefined {
  if (!interpreters.has(library)) {
    const found = ['/usr/bin/python3', 'python3'].find(
      (candidate) => spawnSync(candidate, ['-c', `import ${library}`]).status === 0,
    )
    interpreters.set(library, found)
  }
  return interpreters.get(library)
}
