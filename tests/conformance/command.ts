import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** How a program ended, and what it wrote on stdout and stderr, in the order it came. */
export interface Ended {
  /** The exit code; null when a signal ended it, or its deadline. */
  readonly code: number | null
  readonly output: string
}

export interface RunOptions {
  readonly cwd?: string
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>
  /** After so many seconds the program and its children are killed. */
  readonly seconds: number
}

const interrupt = new AbortController()

/** Aborted by Ctrl-C, which does not reach the programs: each leads a process group of its own. */
export const interrupted: AbortSignal = interrupt.signal

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupt.abort(new Error(`ended by ${signal}`)))

/** Starts a program in a process group, so that whoever ends it ends its children too. */
export function start(
  command: readonly string[],
  { cwd, env }: Omit<RunOptions, 'seconds'>,
): ChildProcess {
  interrupted.throwIfAborted()
  const [file = '', ...args] = command
  return spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // There is nobody left in it.
  }
}

/** Runs a program to its end or its deadline; rejects where it cannot be started. */
export async function run(command: readonly string[], options: RunOptions): Promise<Ended> {
  const child = start(command, options)
  const kill = (): void => killGroup(child)
  interrupted.addEventListener('abort', kill)
  const deadline = setTimeout(kill, options.seconds * 1000)
  let output = ''
  const append = (text: string): void => {
    output += text
  }
  child.stdout?.setEncoding('utf8').on('data', append)
  child.stderr?.setEncoding('utf8').on('data', append)
  try {
    await once(child, 'close')
  } finally {
    clearTimeout(deadline)
    interrupted.removeEventListener('abort', kill)
    kill()
  }
  interrupted.throwIfAborted()
  return { code: child.exitCode, output }
}

/** Runs a program that must end well; returns its output. */
export async function runWell(command: readonly string[], options: RunOptions): Promise<string> {
  const { code, output } = await run(command, options)
  if (code === 0) return output
  const how = code === null ? `did not end in ${options.seconds} s` : `ended with ${code}`
  throw new Error(`${command.join(' ')} ${how}:\n${output.slice(-2000)}`)
}
