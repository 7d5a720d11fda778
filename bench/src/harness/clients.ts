import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A client library, used by a program in clients/. */
export interface Client {
  readonly name: string
  /** Undefined if the library is not installed. */
  readonly command: () => readonly string[] | undefined
  /** It connects to the broker's port for streams. */
  readonly usesStreamProtocol?: boolean
}

const folder = fileURLToPath(new URL('../clients/', import.meta.url))

export const shared = node('shared', 'shared.ts')
export const amqplib = node('amqplib', 'amqplib.ts')

/** Shows the cost of message ids. */
export const amqplibWithoutIds = node('amqplib, no message ids', 'amqplib.ts', 'without-ids')

/** Confirms RPC requests and replies, as `shared` does, to show the cost. */
export const amqplibConfirming = node('amqplib, with confirms', 'amqplib.ts', 'confirming')

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

function node(name: string, file: string, ...args: readonly string[]): Client {
  return { name, command: () => [process.execPath, '--import', 'tsx', folder + file, ...args] }
}

function python(name: string, library: string, file: string): Client {
  return {
    name,
    command: () => {
      const interpreter = pythonWith(library)
      return interpreter === undefined ? undefined : [interpreter, '-B', folder + file]
    },
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
