import type { VirtualTimer } from '../../time/virtual-time.ts'
import { time } from './clock.ts'
import { handles } from './handles.ts'

type Task<A extends unknown[]> = (...args: A) => void

/** As in Node: 1 for everything that is out of range. */
function delayOf(milliseconds: number | undefined): number {
  const delay = Number(milliseconds)
  return delay >= 1 && delay <= 2 ** 31 - 1 ? delay : 1
}

/** A timer that Node's programs can call `unref` on. */
class Timer {
  readonly #start: () => VirtualTimer
  #timer: VirtualTimer

  constructor(milliseconds: number, task: () => void, isRepeated: boolean) {
    this.#start = () =>
      time.after(milliseconds, () => {
        if (isRepeated) this.#timer = this.#start()
        else handles.delete(this)
        task()
      })
    this.#timer = this.#start()
    handles.add(this)
  }

  clear(): void {
    time.cancel(this.#timer)
    handles.delete(this)
  }

  refresh(): this {
    time.cancel(this.#timer)
    this.#timer = this.#start()
    return this
  }

  ref(): this {
    handles.add(this)
    return this
  }

  unref(): this {
    handles.delete(this)
    return this
  }

  hasRef(): boolean {
    return true
  }

  [Symbol.dispose](): void {
    this.clear()
  }
}

export function setTimeout<A extends unknown[]>(task: Task<A>, delay?: number, ...args: A): Timer {
  return new Timer(delayOf(delay), () => task(...args), false)
}

export function setInterval<A extends unknown[]>(task: Task<A>, delay?: number, ...args: A): Timer {
  return new Timer(delayOf(delay), () => task(...args), true)
}

export function clearTimer(timer: Timer | undefined): void {
  timer?.clear()
}
