import type { ToProgram } from './protocol.ts'

/**
 * Workers that have loaded what all programs share, and wait for a program. Until the first `prepare` there are
 * none.
 */
export class SpareWorkers {
  readonly #script: string
  readonly #spare: Worker[] = []
  #isPrepared = false

  /** The address of the script of programs. */
  constructor(script: string) {
    this.#script = script
  }

  /** Starts a worker for each of these programs: the addresses of their modules. */
  prepare(modules: readonly string[]): void {
    this.#isPrepared = true
    for (const module of modules) {
      const worker = this.#start()
      const message: ToProgram = { type: 'prepare', module }
      worker.postMessage(message)
      this.#spare.push(worker)
    }
  }

  /** The worker that has waited longest or, if there is none, a new one. */
  take(): Worker {
    return this.#spare.shift() ?? this.#start()
  }

  /** Its worker is gone; so that the next program starts as soon, another one waits for it. */
  programEnded(): void {
    if (this.#isPrepared && this.#spare.length === 0) this.#spare.push(this.#start())
  }

  close(): void {
    this.#isPrepared = false
    for (const worker of this.#spare.splice(0)) worker.terminate()
  }

  #start(): Worker {
    return new Worker(this.#script, { type: 'module', name: 'program' })
  }
}
