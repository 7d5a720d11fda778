/** The broker's source of time. A test can pass a clock that it sets itself. */
export interface Clock {
  /** Milliseconds since 1970; never goes back. */
  now(): number
  /** Calls `task` once, after `ms` milliseconds. Disposing of the result cancels the call. */
  after(ms: number, task: () => void): Disposable
}

/** The longest delay of setTimeout, 24.8 days. It fires at once if the delay is longer. */
const longestTimeout = 2 ** 31 - 1

interface Unrefable {
  unref?: () => void
}

// Kept from the start: a test that fakes the timers of its process does not stop the broker in it.
const { setTimeout: setTimer, clearTimeout: clearTimer } = globalThis
const sinceStart = performance.now.bind(performance)
const { timeOrigin } = performance

/** The clock of the machine. Its timers do not keep the process running. */
export const systemClock: Clock = {
  now: () => timeOrigin + sinceStart(),
  after(ms, task) {
    let timer: ReturnType<typeof setTimer>
    const arm = (rest: number): void => {
      const part = Math.min(Math.max(rest, 0), longestTimeout)
      timer = setTimer(() => (rest > part ? arm(rest - part) : task()), part)
      const unrefable: Unrefable = timer
      unrefable.unref?.()
    }
    arm(ms)
    return { [Symbol.dispose]: () => clearTimer(timer) }
  },
}
