import { systemClock, type Clock } from '../time/clock.ts'

interface Alarm {
  readonly at: number
  readonly task: () => void
  timer: Disposable | undefined
}

/** The time of queues and messages. It runs like any clock, and a test can move it ahead. */
export class TestClock implements Clock {
  /** Milliseconds ahead of the machine's clock. */
  #ahead = 0
  readonly #alarms = new Set<Alarm>()

  now(): number {
    return systemClock.now() + this.#ahead
  }

  after(ms: number, task: () => void): Disposable {
    const alarm: Alarm = { at: this.now() + ms, task, timer: undefined }
    this.#alarms.add(alarm)
    this.#arm(alarm)
    return { [Symbol.dispose]: () => this.#remove(alarm) }
  }

  /** Moves ahead by `ms`. Everything that is due by then happens before this returns. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`cannot advance the clock by ${ms} ms`)
    const end = this.now() + ms
    for (let next = this.#nextUntil(end); next !== undefined; next = this.#nextUntil(end)) {
      this.#moveTo(next.at)
      this.#run(next)
    }
    this.#moveTo(end)
    for (const alarm of this.#alarms) this.#arm(alarm)
  }

  #moveTo(time: number): void {
    this.#ahead += Math.max(time - this.now(), 0)
  }

  #nextUntil(end: number): Alarm | undefined {
    let first: Alarm | undefined
    for (const alarm of this.#alarms)
      if (alarm.at <= end && (first === undefined || alarm.at < first.at)) first = alarm
    return first
  }

  #arm(alarm: Alarm): void {
    alarm.timer?.[Symbol.dispose]()
    alarm.timer = systemClock.after(alarm.at - this.now(), () => this.#run(alarm))
  }

  #run(alarm: Alarm): void {
    this.#remove(alarm)
    alarm.task()
  }

  #remove(alarm: Alarm): void {
    alarm.timer?.[Symbol.dispose]()
    this.#alarms.delete(alarm)
  }
}
