import { fileURLToPath } from 'node:url'

import { killGroup, runOrThrow, start, type Running } from './command.ts'
import { Unavailable } from './suite.ts'

/** The broker that a suite runs on. */
export interface SuiteBroker extends AsyncDisposable {
  readonly url: string
  readonly managementUrl: string
  /** For clients of the stream protocol. */
  readonly streamUrl: string
  /** The prefix that runs a command in the broker's network namespace. */
  readonly enterNetwork: readonly string[]
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const tsx = import.meta.resolve('tsx')

// Suites declare transient queues, connect to ::1 too, and some require this product name.
const flags = [
  '--permit-transient',
  '--product',
  'RabbitMQ',
  '--host',
  '127.0.0.1',
  '--host',
  '::1',
]

/** Starts an empty embedded broker in its own process, if required in its own network namespace. */
export async function startEmbedded(isolated: boolean): Promise<SuiteBroker> {
  const program = [process.execPath, '--import', tsx, 'broker/src/bin.ts', ...flags]
  const command = isolated
    ? // Suites that only use the default ports find all of them.
      [...(await unshareNetwork()), ...program, '--port', '5672', '--stream-port', '5552']
    : [...program, '--port', '0', '--stream-port', '0']
  const broker = start(command, { cwd: root })
  const stop = async (): Promise<void> => {
    killGroup(broker)
    await broker
  }
  try {
    const urls = await urlsOf(broker)
    const enterNetwork = isolated ? [...nsenter, '--target', String(broker.pid)] : []
    return { ...urls, enterNetwork, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A broker that someone else runs, and keeps empty. */
export function givenBroker(url: string): SuiteBroker {
  const { hostname, username, password } = new URL(url)
  const user = `${username || 'guest'}:${password || 'guest'}`
  const managementUrl = process.env['MANAGEMENT_URL'] ?? `http://${user}@${hostname}:15672`
  const streamUrl = process.env['STREAM_URL'] ?? `rabbitmq-stream://${user}@${hostname}:5552`
  return { url, managementUrl, streamUrl, enterNetwork: [], async [Symbol.asyncDispose]() {} }
}

// Only root can create a network namespace without a user namespace.
const [unshare, nsenter] =
  process.getuid?.() === 0
    ? [
        ['unshare', '--net'],
        ['nsenter', '--net'],
      ]
    : [
        ['unshare', '--net', '--user', '--map-root-user'],
        ['nsenter', '--net', '--user', '--preserve-credentials'],
      ]

/** The prefix that runs a command in a new network namespace, where port 5672 is certainly free. */
async function unshareNetwork(): Promise<string[]> {
  const command = [...unshare, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
  try {
    await runOrThrow([...command, 'true'], { timeoutSeconds: 20 })
  } catch (cause) {
    const reason = 'it only uses port 5672, and this machine does not allow network namespaces'
    throw new Unavailable(reason, { cause })
  }
  return command
}

/** The URLs that the broker prints when it is listening. */
async function urlsOf(
  broker: Running,
): Promise<Pick<SuiteBroker, 'url' | 'managementUrl' | 'streamUrl'>> {
  let output = ''
  return new Promise((resolve, reject) => {
    broker.all.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const url = /^Listening on (\S+)$/m.exec(output)?.[1]
      const managementUrl = /^Management \w+ on (\S+?)(?:\/api\/)?$/m.exec(output)?.[1]
      const streamUrl = /^Streams on (\S+)$/m.exec(output)?.[1]
      if (url !== undefined && managementUrl !== undefined && streamUrl !== undefined)
        resolve({ url, managementUrl, streamUrl })
    })
    void broker.then(() => reject(new Error(`the broker did not start:\n${output}`)))
    AbortSignal.timeout(20_000).addEventListener('abort', () =>
      reject(new Error(`the broker was not listening after 20 s:\n${output}`)),
    )
  })
}
