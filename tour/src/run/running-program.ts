import type { TourProgram } from '@messaging-patterns/shared/cli'
import { execa } from 'execa'

import { nodeArguments, type Lesson } from '../course/lessons.ts'
import type { TourEvent } from './events.ts'

const leash = new URL('leash.mjs', import.meta.url).href

export type ProgramLine = Pick<Extract<TourEvent, { event: 'line' }>, 'stream' | 'text' | 'ready'>

export interface ProgramContext {
  readonly lesson: Lesson
  /** The broker that the program connects to. */
  readonly url: string
  /** Called for each line, and when the program has exited. */
  readonly onChange: (line?: ProgramLine) => void
}

/** A program of a lesson in its own process, started as `pnpm LESSON SCRIPT` starts it. */
export class RunningProgram {
  readonly program: TourProgram
  /** Everything it printed to stdout and stderr, in order of arrival. */
  readonly lines: string[] = []
  /** Resolves when it has exited. */
  readonly exited: Promise<void>
  readonly #process: ReturnType<typeof start>
  #exit: { readonly code: number | undefined; readonly signal: string | undefined } | undefined
  #isReady = false
  #lastError: string | undefined
  #stopping = false

  constructor(program: TourProgram, context: ProgramContext) {
    this.program = program
    this.#process = start(program, context)
    this.exited = this.#run(context.onChange)
  }

  async #run(onChange: ProgramContext['onChange']): Promise<void> {
    await Promise.all([this.#read('stdout', onChange), this.#read('stderr', onChange)])
    const { exitCode, signal } = await this.#process
    this.#exit = { code: exitCode, signal }
    onChange()
  }

  async #read(stream: 'stdout' | 'stderr', onChange: ProgramContext['onChange']): Promise<void> {
    for await (const text of this.#process.iterable({ from: stream })) {
      this.lines.push(text)
      const ready = this.program.ready?.test(text) === true
      if (ready) this.#isReady = true
      if (stream === 'stderr') this.#lastError = text
      // The tour stops the program, so what the program says about that would only be noise.
      onChange(this.#stopping && stream === 'stderr' ? undefined : { stream, text, ready })
    }
  }

  /** Whether the next step may start: the program is ready or, if it is expected to exit, has exited. */
  get isDone(): boolean {
    return this.program.ready === undefined ? this.hasExited : this.#isReady
  }

  get hasExited(): boolean {
    return this.#exit !== undefined
  }

  /** Why it did not exit as expected; undefined if it did, or is still running. */
  get failure(): string | undefined {
    if (this.#exit === undefined) return undefined
    const { code, signal } = this.#exit
    const { name, exitCode = 0, ready } = this.program
    const tooEarly = ready !== undefined && !this.#isReady
    if (code === exitCode && !tooEarly) return undefined
    const how = signal === undefined ? `exited with code ${code}` : `was killed by ${signal}`
    const expected = tooEarly ? 'before it was ready' : `expected ${exitCode}`
    return `${name} ${how}, ${expected}${this.#lastError === undefined ? '' : `: ${this.#lastError}`}`
  }

  /** Stops it as Ctrl-C does. */
  stop(): void {
    if (this.hasExited) return
    this.#stopping = true
    this.#process.kill('SIGINT')
  }

  kill(): void {
    if (!this.hasExited) this.#process.kill('SIGKILL')
  }
}

function start(program: TourProgram, { lesson, url }: Pick<ProgramContext, 'lesson' | 'url'>) {
  return execa(process.execPath, ['--import', leash, ...nodeArguments(lesson, program)], {
    cwd: lesson.folder,
    env: { AMQP_URL: url },
    stdin: 'ignore',
    // On a terminal, Ctrl-C would signal the programs, and so does the tour: the second signal would end
    // them at once. So they get a process group of their own; on Windows that would be a window.
    detached: process.platform !== 'win32',
    // For leash.mjs.
    ipc: true,
    buffer: false,
    reject: false,
  })
}
