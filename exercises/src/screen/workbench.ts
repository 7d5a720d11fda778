import { copyFileSync, existsSync, readFileSync, unwatchFile, watchFile } from 'node:fs'

import type { Brokers } from '../brokers.ts'
import { filesOf, type Entry } from '../catalog.ts'
import { judge, type Verdict } from '../judge.ts'
import type { Progress } from '../progress.ts'

/** Milliseconds between two looks at the learner's file. Looking works everywhere; events do not. */
const watchInterval = 100

interface Around {
  readonly brokers: Brokers
  readonly progress: Progress
  /** Called when there is something new to show. */
  readonly onChange: () => void
}

/** One exercise that a learner works on: its texts, and the program, checked whenever it is saved. */
export class Workbench implements AsyncDisposable {
  readonly entry: Entry
  readonly task: string
  readonly #around: Around
  readonly #files: ReturnType<typeof filesOf>
  readonly #hints: readonly string[]
  #hint = -1
  #source: string
  #verdict: Verdict | 'checking' | undefined
  #trouble = ''
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(entry: Entry, around: Around) {
    this.entry = entry
    this.#around = around
    this.#files = filesOf(entry)
    const { task, hints, problem, program } = this.#files
    this.task = readFileSync(task, 'utf8')
    this.#hints = readFileSync(hints, 'utf8').split(/^(?=## )/m)
    if (!existsSync(program)) copyFileSync(problem, program)
    this.#source = readFileSync(program, 'utf8')
    watchFile(program, { interval: watchInterval }, this.#saved)
    this.check()
  }

  get program(): string {
    return this.#files.program
  }

  get solution(): string {
    return readFileSync(this.#files.solution, 'utf8')
  }

  /** The last verdict; none yet, or none because something else went wrong. */
  get verdict(): Verdict | 'checking' | undefined {
    return this.#verdict
  }

  /** What kept the check from coming to a verdict. */
  get trouble(): string {
    return this.#trouble
  }

  /** The hint that the learner asked for last. */
  get hint(): string | undefined {
    const text = this.#hints[this.#hint]
    return text?.replace('## ', `## Hint ${this.#hint + 1} of ${this.#hints.length}: `)
  }

  /** Shows the next hint, and after the last one the first. */
  nextHint(): void {
    this.#hint = (this.#hint + 1) % this.#hints.length
  }

  /** Makes the program what it was in the beginning. */
  reset(): void {
    copyFileSync(this.#files.problem, this.#files.program)
    this.#source = readFileSync(this.#files.program, 'utf8')
    this.check()
  }

  readonly #saved = (): void => {
    // An editor may replace the file: for an instant it is not there, or empty.
    const source = existsSync(this.program) ? readFileSync(this.program, 'utf8') : ''
    if (source.trim() === '' || source === this.#source) return
    this.#source = source
    this.check()
    this.#around.onChange()
  }

  /** Checks the program, in place of a check that is under way. */
  check(): void {
    this.#stop.abort()
    this.#stop = new AbortController()
    this.#verdict = 'checking'
    this.#trouble = ''
    this.#running = this.#check(this.#stop.signal)
  }

  async #check(signal: AbortSignal): Promise<void> {
    const { brokers, progress, onChange } = this.#around
    try {
      const verdict = await judge(this.entry, this.program, { brokers, signal })
      if (signal.aborted) return
      this.#verdict = verdict
      progress.setSolved(this.entry.name, verdict.solved)
    } catch (error) {
      if (signal.aborted) return
      this.#verdict = undefined
      this.#trouble = error instanceof Error ? error.message : String(error)
    }
    onChange()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    unwatchFile(this.program, this.#saved)
    this.#stop.abort()
    await this.#running
  }
}
