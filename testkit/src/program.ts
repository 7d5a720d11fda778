import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { inject } from 'vitest'

import { waitFor } from './waiting/wait-for.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the programs that compile-programs.ts compiled. */
    compiledPrograms: string
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** How a program ended. */
export interface Outcome {
  /** The exit code; null if a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

// Program collects the output itself, so that a test can look at it while the program runs.
function start(file: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  return execa(file, args, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...env },
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    // A test decides how long a program may take to exit after a signal.
    forceKillAfterDelay: false,
  })
}

/** One of our programs in its own process. */
export class Program implements AsyncDisposable {
  readonly #process: ReturnType<typeof start>
  readonly #name: string
  #stdout = ''
  #stderr = ''

  /**
   * `program` is a file, relative to the root of the repository ('packages/basic/src/producer.ts'), or
   * the command for any other program (['python3', 'send.py']).
   */
  constructor(
    program: string | readonly string[],
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    const [file = '', ...first] = typeof program === 'string' ? commandOf(program) : program
    this.#name = [program, ...args].flat().join(' ')
    this.#process = start(file, [...first, ...args], env)
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** The complete lines on stdout so far. */
  get lines(): readonly string[] {
    return this.#stdout.split('\n').slice(0, -1)
  }

  /** Waits for at least `count` lines on stdout. */
  async hasLines(count: number): Promise<readonly string[]> {
    return this.#wait(`${count} lines`, () => this.lines.length >= count && this.lines)
  }

  /** Waits for a text on stdout or stderr. */
  async says(pattern: RegExp): Promise<void> {
    await this.#wait(
      String(pattern),
      () => pattern.test(this.#stdout) || pattern.test(this.#stderr),
    )
  }

  async #wait<T>(what: string, probe: () => T | false, again = true): Promise<T> {
    const printed = this.#stdout.length + this.#stderr.length
    try {
      return await waitFor(what, probe)
    } catch (cause) {
      // A program that keeps printing is slow, or never ends. It gets as much time again.
      if (again && this.#stdout.length + this.#stderr.length > printed)
        return await this.#wait(what, probe, false)
      const output = `${this.#name}\nstdout:\n${tail(this.#stdout)}\nstderr:\n${tail(this.#stderr)}`
      throw new Error(`timed out waiting for ${what} from ${output}`, { cause })
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Whether the process has exited. */
  get ended(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** Waits until the process has exited. */
  async ends(): Promise<Outcome> {
    await this.#wait('the exit', () => this.ended)
    const { exitCode = null, signal = null } = await this.#process
    return { code: exitCode, signal, stdout: this.#stdout, stderr: this.#stderr }
  }

  /** Kills the process if it is still running. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#process
  }
}

/** The compiled program, or the same command as in the package's scripts. */
function commandOf(program: string): readonly string[] {
  const compiled = compiledProgram(program)
  return [process.execPath, ...(compiled === undefined ? ['--import', 'tsx', program] : [compiled])]
}

/** Undefined if the vitest project did not compile it. The benchmarks run outside of vitest. */
function compiledProgram(program: string): string | undefined {
  const folder = process.env['VITEST'] === undefined ? undefined : inject('compiledPrograms')
  if (folder === undefined) return undefined
  const file = join(folder, program.replace(/\.ts$/, '.mjs'))
  return existsSync(file) ? file : undefined
}

/** The end of a long output: enough to understand why a test failed. */
function tail(output: string): string {
  return output.length > 4000 ? `...${output.slice(-4000)}` : output
}

/** Runs a program until it exits. */
export async function runProgram(
  program: string | readonly string[],
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Outcome> {
  await using running = new Program(program, args, env)
  return await running.ends()
}
