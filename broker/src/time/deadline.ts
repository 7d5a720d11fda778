import type { Clock } from './clock.ts'

/** One timer for the earliest of many times. It is only set again when an earlier time is added. */
export class Deadline {
  readonly #clock: Clock
  readonly #task: () => void
  #timer: Disposable | undefined
  #at = Infinity

  constructor(clock: Clock, task: () => void) {
    this.#clock = clock
    this.#task = task
  }

  /** Runs the task at the time `at`, or at an earlier one. The task finds out itself what is due. */
  watch(at: number): void {
    if (at >= this.#at) return
    this.#timer?.[Symbol.dispose]()
    this.#at = at
    // If the timer fired a fraction of a millisecond too early, nothing would be due.
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
