import type { Clock } from './clock.ts'

/** One timer for the earliest of many moments: it is set anew only when an earlier one comes up. */
export class Deadline {
  readonly #clock: Clock
  readonly #task: () => void
  #timer: Disposable | undefined
  #at = Infinity

  constructor(clock: Clock, task: () => void) {
    this.#clock = clock
    this.#task = task
  }

  /** Runs the task at `at` or earlier; the task finds out itself what is due. */
  watch(at: number): void {
    if (at >= this.#at) return
    this.#timer?.[Symbol.dispose]()
    this.#at = at
    // A timer that comes a fraction of a millisecond early would find nothing due.
    const delay = Math.max(Math.ceil(at - this.#clock.now()), 0)
    this.#timer = this.#clock.after(delay, () => {
      this.#timer = undefined
      this.#at = Infinity
      this.#task()
    })
  }

  cancel(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    this.#at = Infinity
  }
}
