// Kept from the start: a test may fake the timers of its process.
const { setTimeout: setTimer, clearTimeout: clearTimer } = globalThis

/** Waits for conditions that change only when the broker does something. */
export class Waiters {
  readonly #checks = new Set<() => void>()
  #isScheduled = false

  /** The broker has done something. The conditions are checked when it has finished. */
  notify(): void {
    if (this.#isScheduled || this.#checks.size === 0) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      for (const check of this.#checks) check()
    })
  }

  /**
   * Resolves once the condition holds, or after `timeout` milliseconds. Rejects with what the
   * condition throws.
   */
  until(condition: () => boolean, timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#checks.delete(check)
        clearTimer(timer)
      }
      const check = (): void => {
        try {
          if (!condition()) return
          resolve()
        } catch (error) {
          reject(error)
        }
        stop()
      }
      const timer = setTimer(() => {
        stop()
        resolve()
      }, timeout)
      this.#checks.add(check)
      check()
    })
  }
}
