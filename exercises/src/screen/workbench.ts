import { copyFileSync, existsSync, readFileSync, unwatchFile, watchFile } from 'node:fs'

import type { Brokers } from '../judge/brokers.ts'
import { filesOf, type Entry } from '../course/catalog.ts'
import { explain } from '../judge/explain.ts'
import { judge, type Verdict } from '../judge/judge.ts'
import type { Progress } from '../course/progress.ts'

/** Milliseconds between two looks at the file. Unlike events, polling works on every file system. */
const watchInterval = 100

interface Around {
  readonly brokers: Brokers
  readonly progress: Progress
  /** Called when there is something new to show. */
  readonly onChange: () => void
  /** Called when a check starts: the learner has saved the program, or wants to run it again. */
  readonly onCheck: () => void
}

/** The exercise that the learner works on. Checks the program every time it is saved. */
export class Workbench implements AsyncDisposable {
  readonly entry: Entry
  readonly task: string
  readonly #around: Around
  readonly #files: ReturnType<typeof filesOf>
  readonly #hints: readonly string[]
  #hint = -1
  #source: string
  #verdict: Verdict | 'checking' | undefined = 'checking'
  #trouble = ''
  #stop = new AbortController()
  #running: Promise<void>

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
    this.#running = this.#check(this.#stop.signal)
  }

  get program(): string {
    return this.#files.program
  }

  get solution(): string {
    return readFileSync(this.#files.solution, 'utf8')
  }

  /** The last verdict; undefined if the check itself failed. */
  get verdict(): Verdict | 'checking' | undefined {
    return this.#verdict
  }

  /** Why the check itself failed, if it did. */
  get trouble(): string {
    return this.#trouble
  }

  /** The current hint, if the learner has asked for one. */
  get hint(): string | undefined {
    const text = this.#hints[this.#hint]
    return text?.replace('## ', `## Hint ${this.#hint + 1} of ${this.#hints.length}: `)
  }

  /** Moves on to the next hint; after the last one comes the first. */
  nextHint(): void {
    this.#hint = (this.#hint + 1) % this.#hints.length
  }

  /** Replaces the program with a fresh copy of the problem. */
  reset(): void {
    copyFileSync(this.#files.problem, this.#files.program)
    this.#source = readFileSync(this.#files.program, 'utf8')
    this.check()
  }

  readonly #saved = (): void => {
    // While an editor replaces the file, it can be missing or empty for a moment.
    const source = existsSync(this.program) ? readFileSync(this.program, 'utf8') : ''
    if (source.trim() === '' || source === this.#source) return
    this.#source = source
    this.check()
  }

  /** Checks the program, and aborts a check that is still running. */
  check(): void {
    this.#stop.abort()
    this.#stop = new AbortController()
    this.#verdict = 'checking'
    this.#trouble = ''
    this.#around.onCheck()
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
      this.#trouble = explain(error)
    }
    onChange()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    unwatchFile(this.program, this.#saved)
    this.#stop.abort()
    await this.#running
  }
}
