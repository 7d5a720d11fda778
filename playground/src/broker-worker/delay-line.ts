import type { VirtualTime } from '../time/virtual-time.ts'

interface Delayed {
  readonly due: number
  readonly task: () => void
}

/** The network in one direction: what goes in comes out later, in the same order. */
export class DelayLine {
  readonly #time: VirtualTime
  readonly #latency: () => number
  readonly #delayed: Delayed[] = []

  constructor(time: VirtualTime, latency: () => number) {
    this.#time = time
    this.#latency = latency
  }

  /** Runs `task` after the latency, or at once if there is none. */
  pass(task: () => void): void {
    const due = this.#time.now() + this.#latency()
    if (this.#latency() === 0 && this.#delayed.length === 0) {
      task()
      return
    }
    this.#delayed.push({ due, task })
    if (this.#delayed.length === 1) this.#wait()
  }

  #wait(): void {
    const [first] = this.#delayed
    if (first === undefined) return
    this.#time.after(Math.max(0, first.due - this.#time.now()), () => {
      const now = this.#time.now() + 1
      const count = this.#delayed.findIndex(({ due }) => due > now)
      const ready = this.#delayed.splice(0, count === -1 ? this.#delayed.length : count)
      for (const { task } of ready) task()
      this.#wait()
    })
  }
}
