import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { killGroup, start } from './command.ts'
import { Unavailable } from './unavailable.ts'

/** The broker that a suite runs on. */
export interface SuiteBroker extends AsyncDisposable {
  readonly url: string
  /** What stands before a command to run it where the broker is. */
  readonly enter: readonly string[]
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const tsx = import.meta.resolve('tsx')

// Suites declare transient queues, connect to ::1 too, and some insist on the product's name.
const flags = [
  '--permit-transient',
  '--product',
  'RabbitMQ',
  '--host',
  '127.0.0.1',
  '--host',
  '::1',
]

/** An embedded broker in a process of its own, as a suite finds RabbitMQ: empty and unknown. */
export async function startEmbedded(isolated: boolean): Promise<SuiteBroker> {
  const program = [process.execPath, '--import', tsx, 'broker/src/bin.ts', ...flags]
  const command = isolated
    ? [...ownNetwork(), ...program, '--port', '5672']
    : [...program, '--port', '0']
  const child = start(command, { cwd: root })
  const stop = async (): Promise<void> => {
    killGroup(child)
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  try {
    const url = await listens(child)
    const enter = isolated ? intoNetworkOf(child) : []
    return { url, enter, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** One that somebody else runs: whoever gives it sees to it that it is empty. */
export function givenBroker(url: string): SuiteBroker {
  return { url, enter: [], async [Symbol.asyncDispose]() {} }
}

/** In it port 5672 is free whatever the machine runs. Only root has one without one of users. */
function ownNetwork(): string[] {
  if (process.platform !== 'linux')
    throw new Unavailable(
      'it has port 5672 written in, and only Linux gives it a network of its own',
    )
  const unshare = ['unshare', '--net', ...(isRoot() ? [] : ['--user', '--map-root-user'])]
  return [...unshare, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
}

function intoNetworkOf({ pid = 0 }: ChildProcess): string[] {
  return ['nsenter', '--net', ...(isRoot() ? [] : ['--user']), '--target', String(pid)]
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The URL that the broker's first line tells. */
async function listens(child: ChildProcess): Promise<string> {
  let output = ''
  const url = new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      output += text
      const line = /^Listening on (\S+)$/m.exec(output)
      if (line?.[1] !== undefined) resolve(line[1])
    }
    child.stdout?.setEncoding('utf8').on('data', read)
    child.stderr?.setEncoding('utf8').on('data', read)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`the broker did not start:\n${output}`)))
    AbortSignal.timeout(20_000).addEventListener('abort', () =>
      reject(new Error(`the broker did not listen in 20 s:\n${output}`)),
    )
  })
  return url
}
