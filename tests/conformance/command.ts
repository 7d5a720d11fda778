import { execa } from 'execa'

/** How a program ended, and what it wrote to stdout and stderr. */
export interface Outcome {
  /** The exit code; null if a signal or the timeout ended it. */
  readonly code: number | null
  readonly output: string
}

export interface RunOptions {
  readonly cwd?: string
  /** In addition to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** The program and its children are killed after this many seconds. */
  readonly timeoutSeconds: number
}

const interruption = new AbortController()

/** Aborted by Ctrl-C. The programs do not receive it, because each leads its own process group. */
export const interrupted: AbortSignal = interruption.signal

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interruption.abort(new Error(`ended by ${signal}`)))

export type Running = ReturnType<typeof start>

/** Starts a program in its own process group, so that it can be killed together with its children. */
export function start(
  [file = '', ...args]: readonly string[],
  { cwd, env }: Omit<RunOptions, 'timeoutSeconds'>,
) {
  interrupted.throwIfAborted()
  return execa(file, args, {
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env }),
    detached: true,
    stdin: 'ignore',
    all: true,
    reject: false,
  })
}

/** execa's own timeout and kill would only reach the program itself. */
export function killGroup({ pid }: Pick<Running, 'pid'>): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All its processes have exited.
  }
}

/** Runs a program until it exits or times out. Rejects if it cannot be started. */
export async function run(
  command: readonly string[],
  { timeoutSeconds, ...options }: RunOptions,
): Promise<Outcome> {
  const running = start(command, options)
  const kill = (): void => killGroup(running)
  interrupted.addEventListener('abort', kill)
  const timer = setTimeout(kill, timeoutSeconds * 1000)
  try {
    const result = await running
    if (result.exitCode === undefined && result.signal === undefined) throw result
    interrupted.throwIfAborted()
    return { code: result.exitCode ?? null, output: result.all }
  } finally {
    clearTimeout(timer)
    interrupted.removeEventListener('abort', kill)
    kill()
  }
}

/** Runs a program, and rejects unless it exits with code 0. Returns its output. */
export async function runOrThrow(command: readonly string[], options: RunOptions): Promise<string> {
  const { code, output } = await run(command, options)
  if (code === 0) return output
  const how =
    code === null ? `did not exit within ${options.timeoutSeconds} s` : `exited with code ${code}`
  throw new Error(`${command.join(' ')} ${how}:\n${output.slice(-2000)}`)
}
