import { setMaxListeners } from 'node:events'

import type { LinesOf, TourProgram } from '@messaging-patterns/shared/cli'

import { typedCommand, type Lesson } from '../course/lessons.ts'
import { linesFrom } from './claims.ts'
import type { Emit } from './events.ts'
import { RunningProgram } from './running-program.ts'

/** After this many milliseconds without output, the tour says what it is waiting for. */
const silence = 2000

/** How many milliseconds programs have to shut down gracefully. */
const shutdownTimeout = 8000

export interface ProgramsContext {
  readonly url: string
  readonly emit: Emit
  /** Aborted when the tour is interrupted. */
  readonly stop: AbortSignal
  /** Aborted when it is interrupted again, and must end at once. */
  readonly kill: AbortSignal
}

/** The running programs of a lesson and their output. */
export class LessonPrograms {
  readonly #lesson: Lesson
  readonly #context: ProgramsContext
  readonly #programs: RunningProgram[] = []
  #onChange: () => void = () => {}
  #lastChange = Date.now()

  constructor(lesson: Lesson, context: ProgramsContext) {
    this.#lesson = lesson
    this.#context = context
    setMaxListeners(0, context.stop, context.kill)
  }

  /** Starts the programs of a step. */
  start(step: readonly TourProgram[]): readonly RunningProgram[] {
    this.#context.emit({
      event: 'step',
      programs: step.map((program) => ({
        program: program.name,
        command: typedCommand(this.#lesson.name, program),
      })),
    })
    return step.map((program) => this.#startOne(program))
  }

  #startOne(program: TourProgram): RunningProgram {
    const { emit, url, stop } = this.#context
    const running = new RunningProgram(program, {
      lesson: this.#lesson,
      url,
      onChange: (line) => {
        this.#lastChange = Date.now()
        // After Ctrl-C, all programs report that they stop; on Windows, it reaches them too.
        if (line !== undefined && !stop.aborted)
          emit({ event: 'line', program: program.name, ...line })
        this.#onChange()
      },
    })
    this.#programs.push(running)
    return running
  }

  readonly lines: LinesOf = linesFrom((name) =>
    this.#programs.filter(({ program }) => program.name === name).flatMap(({ lines }) => lines),
  )

  /** How the programs failed. */
  get failures(): readonly string[] {
    return this.#programs.flatMap(({ failure }) => failure ?? [])
  }

  /**
   * Waits until `probe` returns true; it is called after each change. Resolves with false if nothing
   * changes for `timeout` milliseconds. Rejects if the tour is interrupted.
   */
  async until(what: string, probe: () => boolean, timeout: number): Promise<boolean> {
    const { emit, stop } = this.#context
    const started = Date.now()
    const finished = new AbortController()
    this.#lastChange = started
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve, reject) => {
        this.#onChange = () => {
          if (probe()) resolve(true)
        }
        timer = setInterval(() => {
          if (Date.now() - this.#lastChange > timeout) resolve(false)
          else if (Date.now() - this.#lastChange >= silence)
            emit({
              event: 'waiting',
              for: what,
              seconds: Math.round((Date.now() - started) / 1000),
            })
        }, silence / 4)
        const interrupt = (): void => reject(new Error('interrupted'))
        stop.addEventListener('abort', interrupt, { signal: finished.signal })
        if (stop.aborted) interrupt()
        else this.#onChange()
      })
    } finally {
      finished.abort()
      clearInterval(timer)
      this.#onChange = () => {}
    }
  }

  /** Stops all programs that are still running, gracefully if possible. Resolves when all have exited. */
  async stop(): Promise<void> {
    const { kill } = this.#context
    for (const program of this.#programs) program.stop()
    const killAll = (): void => {
      for (const program of this.#programs) program.kill()
    }
    const timer = setTimeout(killAll, shutdownTimeout)
    kill.addEventListener('abort', killAll, { once: true })
    if (kill.aborted) killAll()
    await Promise.all(this.#programs.map(({ exited }) => exited))
    kill.removeEventListener('abort', killAll)
    clearTimeout(timer)
  }
}
