import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

import { waitFor } from './wait-for.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** How a program ended. */
export interface Outcome {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A real process of one of our programs, as a learner starts it, with its output at hand. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #exited: Promise<void>
  readonly #name: string
  #stdout = ''
  #stderr = ''

  /**
   * `program` is a file below the project's folder, 'packages/basic/src/producer.ts', or the command
   * of a program that is not ours: ['python3', 'send.py'].
   */
  constructor(
    program: string | readonly string[],
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    const [file = '', ...first] = typeof program === 'string' ? commandOf(program) : program
    this.#name = [program, ...args].flat().join(' ')
    this.#child = spawn(file, [...first, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...env },
    })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#exited = once(this.#child, 'close').then(() => {})
  }

  get pid(): number | undefined {
    return this.#child.pid
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

  /** Waits for so many lines on stdout. */
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

  async #wait<T>(what: string, probe: () => T | false): Promise<T> {
    const said = this.#stdout.length + this.#stderr.length
    try {
      return await waitFor(what, probe)
    } catch (cause) {
      // A program that still prints does not hang, it is slow.
      if (this.#stdout.length + this.#stderr.length > said) return await this.#wait(what, probe)
      const output = `${this.#name}\nstdout:\n${ending(this.#stdout)}\nstderr:\n${ending(this.#stderr)}`
      throw new Error(`waited in vain for ${what} of ${output}`, { cause })
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Whether the process has ended. */
  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Waits until the process has ended. */
  async ends(): Promise<Outcome> {
    await this.#wait('the end', () => this.ended)
    await this.#exited
    const { exitCode: code, signalCode: signal } = this.#child
    return { code, signal, stdout: this.#stdout, stderr: this.#stderr }
  }

  /** Kills the process if it is still there. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }
}

/** A lesson's program starts as its script starts it. */
function commandOf(program: string): readonly string[] {
  const isLesson = program.startsWith('packages/')
  return [process.execPath, ...(isLesson ? ['shared/run.js'] : ['--import', 'tsx']), program]
}

/** As much of a long output as a reader of a failed test wants to see. */
function ending(output: string): string {
  const [shown, cut] = [output.slice(-4000), output.length > 4000 ? '...' : '']
  return cut + shown
}

/** Runs a program to its end. */
export async function runProgram(
  program: string | readonly string[],
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Outcome> {
  await using running = new Program(program, args, env)
  return await running.ends()
}
