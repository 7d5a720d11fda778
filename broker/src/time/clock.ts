/** Where the broker has its time from; a test gives one that it moves by hand. */
export interface Clock {
  /** Milliseconds since 1970; never goes back. */
  now(): number
  /** Calls `task` once, after `ms` milliseconds; disposing of the result calls it off. */
  after(ms: number, task: () => void): Disposable
}

/** The longest delay that setTimeout takes: 24.8 days. Longer ones fire at once there. */
const longestTimeout = 2 ** 31 - 1

interface Unrefable {
  unref?: () => void
}

const { timeOrigin } = performance

/** The time of the machine. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  after(ms, task) {
    let timer: ReturnType<typeof setTimeout>
    const arm = (rest: number): void => {
      const part = Math.min(Math.max(rest, 0), longestTimeout)
      timer = setTimeout(() => (rest > part ? arm(rest - part) : task()), part)
      const unrefable: Unrefable = timer
      unrefable.unref?.()
    }
    arm(ms)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}
