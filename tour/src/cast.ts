import { setMaxListeners } from 'node:events'

import type { Look, TourProgram } from '@messaging-patterns/shared/cli'

import { lookOver } from './claims.ts'
import type { Show } from './events.ts'
import { learnersCommand, type Lesson } from './lessons.ts'
import { RunningProgram } from './running-program.ts'

/** After this long without anything to see, say what is waited for. */
const quiet = 2000

/** How long programs may take to stop in good order. */
const patience = 8000

export interface TourContext {
  readonly url: string
  readonly show: Show
  /** Aborted when the tour is to end before its time. */
  readonly signal: AbortSignal
  /** Aborted when it is to end at once. */
  readonly hurry: AbortSignal
}

/** The programs of a lesson that run, and what they have shown. */
export class Cast {
  readonly #lesson: Lesson
  readonly #context: TourContext
  readonly #programs: RunningProgram[] = []
  #onChange: () => void = () => {}
  #lastSeen = Date.now()

  constructor(lesson: Lesson, context: TourContext) {
    this.#lesson = lesson
    this.#context = context
    setMaxListeners(0, context.signal, context.hurry)
  }

  /** Starts the programs of a step. */
  start(step: readonly TourProgram[]): readonly RunningProgram[] {
    this.#context.show({
      event: 'start',
      programs: step.map((program) => ({
        program: program.name,
        command: learnersCommand(this.#lesson.name, program),
      })),
    })
    return step.map((program) => this.#startOne(program))
  }

  #startOne(program: TourProgram): RunningProgram {
    const { show, url, signal } = this.#context
    const running = new RunningProgram(program, {
      lesson: this.#lesson,
      url,
      onChange: (line) => {
        this.#lastSeen = Date.now()
        // On a terminal Ctrl-C reaches the programs too: how each of them stops is of no interest.
        if (line !== undefined && !signal.aborted)
          show({ event: 'line', program: program.name, ...line })
        this.#onChange()
      },
    })
    this.#programs.push(running)
    return running
  }

  readonly look: Look = lookOver((name) =>
    this.#programs.filter(({ program }) => program.name === name).flatMap(({ lines }) => lines),
  )

  /** What went wrong with the programs themselves. */
  get failures(): readonly string[] {
    return this.#programs.flatMap(({ failure }) => failure ?? [])
  }

  /**
   * Waits until `probe` holds, asked at each change; false when nothing changed for `timeout`
   * milliseconds. Rejects when the tour is to end.
   */
  async until(what: string, probe: () => boolean, timeout: number): Promise<boolean> {
    const { show, signal } = this.#context
    const began = Date.now()
    const over = new AbortController()
    this.#lastSeen = began
    let progress: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve, reject) => {
        this.#onChange = () => {
          if (probe()) resolve(true)
        }
        progress = setInterval(() => {
          if (Date.now() - this.#lastSeen > timeout) resolve(false)
          else if (Date.now() - this.#lastSeen >= quiet)
            show({ event: 'waiting', for: what, seconds: Math.round((Date.now() - began) / 1000) })
        }, quiet / 4)
        const interrupt = (): void => reject(new Error('interrupted'))
        signal.addEventListener('abort', interrupt, { signal: over.signal })
        if (signal.aborted) interrupt()
        else this.#onChange()
      })
    } finally {
      over.abort()
      clearInterval(progress)
      this.#onChange = () => {}
    }
  }

  /** Stops all that still run, in good order if they can; returns when no process is left. */
  async stop(): Promise<void> {
    const { hurry } = this.#context
    for (const program of this.#programs) program.stop()
    const kill = (): void => {
      for (const program of this.#programs) program.kill()
    }
    const timer = setTimeout(kill, patience)
    hurry.addEventListener('abort', kill, { once: true })
    if (hurry.aborted) kill()
    await Promise.all(this.#programs.map(({ ended }) => ended))
    hurry.removeEventListener('abort', kill)
    clearTimeout(timer)
  }
}
