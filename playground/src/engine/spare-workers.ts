import type { ToProgram } from './protocol.ts'

/**
 * Workers that have loaded what all programs share, and wait for a program. Until the first `prepare` there are
 * none.
 */
export class SpareWorkers {
  readonly #script: string
  readonly #spare = new Set<Worker>()
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
      this.#keep(worker)
    }
  }

  /** The worker that has waited longest or, if there is none, a new one. */
  take(): Worker {
    const [worker = this.#start()] = this.#spare
    this.#spare.delete(worker)
    return worker
  }

  /** Its worker is gone; so that the next program starts as soon, another one waits for it. */
  programEnded(): void {
    if (this.#isPrepared && this.#spare.size === 0) this.#keep(this.#start())
  }

  close(): void {
    this.#isPrepared = false
    for (const worker of this.#spare) worker.terminate()
    this.#spare.clear()
  }

  #keep(worker: Worker): void {
    this.#spare.add(worker)
    // A program would wait for what it could not load, which may be there the next time.
    worker.addEventListener('error', () => this.#spare.delete(worker))
  }

  #start(): Worker {
    return new Worker(this.#script, { type: 'module', name: 'program' })
  }
}
