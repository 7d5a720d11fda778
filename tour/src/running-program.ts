import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

import type { TourProgram } from '@messaging-patterns/shared/cli'

import type { TourEvent } from './events.ts'
import { nodeArguments, type Lesson } from './lessons.ts'

const leash = new URL('leash.mjs', import.meta.url).href

export type ProgramLine = Pick<Extract<TourEvent, { event: 'line' }>, 'stream' | 'text' | 'ready'>

export interface ProgramContext {
  readonly lesson: Lesson
  /** The broker it is told to use. */
  readonly url: string
  /** Called for each line, and when the program has ended. */
  readonly onChange: (line?: ProgramLine) => void
}

/** A program of a lesson, in a process of its own, started as `pnpm LESSON SCRIPT` starts it. */
export class RunningProgram {
  readonly program: TourProgram
  /** What it printed, on stdout and on stderr, in the order in which it came. */
  readonly lines: string[] = []
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  #ending: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined
  #isReady = false
  #lastError: string | undefined
  #stopping = false

  constructor(program: TourProgram, { lesson, url, onChange }: ProgramContext) {
    this.program = program
    this.#child = spawn(
      process.execPath,
      ['--import', leash, ...nodeArguments(lesson, program)],
      // With the fourth, a channel, comes the news when the tour goes; see leash.mjs.
      {
        cwd: lesson.folder,
        env: { ...process.env, AMQP_URL: url },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    )
    this.ended = new Promise((resolve) => {
      const over = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#ending ??= { code, signal }
        resolve()
        onChange()
      }
      this.#child.once('close', over)
      this.#child.once('error', (error) => {
        this.#lastError = error.message
        over(null, null)
      })
    })
    this.#read('stdout', onChange)
    this.#read('stderr', onChange)
  }

  #read(stream: 'stdout' | 'stderr', onChange: ProgramContext['onChange']): void {
    const input = this.#child[stream]
    if (input === null) return
    createInterface({ input }).on('line', (text) => {
      this.lines.push(text)
      const ready = this.program.ready?.test(text) === true
      if (ready) this.#isReady = true
      if (stream === 'stderr') this.#lastError = text
      // What a program says of being stopped is of no interest: the tour itself stops it.
      onChange(this.#stopping && stream === 'stderr' ? undefined : { stream, text, ready })
    })
  }

  /** Whether the next step may come: it is ready, or has ended, whichever it is to do. */
  get isDone(): boolean {
    return this.program.ready === undefined ? this.hasEnded : this.#isReady
  }

  get hasEnded(): boolean {
    return this.#ending !== undefined
  }

  /** Why its end was none that it should have come to; undefined for a good end, and before it. */
  get failure(): string | undefined {
    if (this.#ending === undefined) return undefined
    const { code, signal } = this.#ending
    const { name, exitCode = 0, ready } = this.program
    const tooSoon = ready !== undefined && !this.#isReady
    if (code === exitCode && !tooSoon) return undefined
    const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
    const when = tooSoon ? ', before it was ready' : `, not ${exitCode}`
    return `${name} ${how}${when}${this.#lastError === undefined ? '' : `: ${this.#lastError}`}`
  }

  /** As Ctrl-C does. */
  stop(): void {
    if (this.hasEnded) return
    this.#stopping = true
    this.#child.kill('SIGINT')
  }

  kill(): void {
    if (!this.hasEnded) this.#child.kill('SIGKILL')
  }
}
