/** A timer of virtual time. */
export interface VirtualTimer {
  readonly due: number
  readonly task: () => void
  real: ReturnType<typeof setTimeout> | undefined
}

/** Longer delays overflow in browsers, and would be over at once. */
const longest = 2 ** 31 - 1

// The globals are replaced in the workers of programs, so we need the browser's own functions.
const { setTimeout: realTimeout, clearTimeout: clearRealTimeout } = globalThis

function wallTime(): number {
  return performance.timeOrigin + performance.now()
}

/**
 * Time that runs slower than real time, or stands still. Everything in a lab follows it, so that slow
 * motion changes nothing but the speed: a heartbeat is never missed because of it.
 */
export class VirtualTime {
  readonly #timers = new Set<VirtualTimer>()
  #rate = 1
  /** At this real time, the virtual time was `#base`. */
  #since = wallTime()
  #base = this.#since

  /** In milliseconds, like Date.now(). */
  now(): number {
    return this.#base + (wallTime() - this.#since) * this.#rate
  }

  get rate(): number {
    return this.#rate
  }

  /** How much virtual time passes per real time. */
  set rate(rate: number) {
    this.#base = this.now()
    this.#since = wallTime()
    this.#rate = rate
    for (const timer of this.#timers) this.#arm(timer)
  }

  /** Sets the clock. Timers that are due by then fire as soon as they can. */
  set(now: number): void {
    this.#base = now
    this.#since = wallTime()
    for (const timer of this.#timers) this.#arm(timer)
  }

  after(milliseconds: number, task: () => void): VirtualTimer {
    const timer: VirtualTimer = { due: this.now() + milliseconds, task, real: undefined }
    this.#timers.add(timer)
    this.#arm(timer)
    return timer
  }

  cancel(timer: VirtualTimer): void {
    if (this.#timers.delete(timer)) clearRealTimeout(timer.real)
  }

  #arm(timer: VirtualTimer): void {
    clearRealTimeout(timer.real)
    if (this.#rate === 0) return
    const delay = Math.min(longest, Math.max(0, (timer.due - this.now()) / this.#rate))
    timer.real = realTimeout(() => this.#fire(timer), delay)
  }

  #fire(timer: VirtualTimer): void {
    if (!this.#timers.has(timer)) return
    // Browsers round delays, so a timer may be up to a millisecond early.
    if (timer.due - this.now() > 1) {
      this.#arm(timer)
      return
    }
    this.#timers.delete(timer)
    timer.task()
  }
}
