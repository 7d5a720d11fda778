import type { Clock } from '../../src/time/clock.ts'

interface Alarm {
  readonly at: number
  readonly task: () => void
}

/** A clock that only moves when it is told to. */
export class ManualClock implements Clock {
  #now = 1_700_000_000_000
  readonly #alarms = new Set<Alarm>()

  get alarms(): number {
    return this.#alarms.size
  }

  now(): number {
    return this.#now
  }

  after(ms: number, task: () => void): Disposable {
    const alarm = { at: this.#now + ms, task }
    this.#alarms.add(alarm)
    return { [Symbol.dispose]: () => void this.#alarms.delete(alarm) }
  }

  /** Moves forward by `ms`, and runs the tasks that are due in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = Array.from(this.#alarms)
        .filter(({ at }) => at <= end)
        .toSorted((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#alarms.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.task()
    }
    this.#now = end
  }
}
