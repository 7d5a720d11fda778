import type { VirtualTime, VirtualTimer } from '../../time/virtual-time.ts'

interface Delayed {
  readonly due: number
  readonly task: () => void
}

/** The network in one direction: what goes in comes out later, in the same order. */
export class DelayLine {
  readonly #time: VirtualTime
  readonly #latency: () => number
  readonly #delayed: Delayed[] = []
  #timer: VirtualTimer | undefined

  constructor(time: VirtualTime, latency: () => number) {
    this.#time = time
    this.#latency = latency
  }

  /** Runs `task` after the latency and not `before` this time; at once if neither is to come. */
  pass(task: () => void, before = 0): void {
    const now = this.#time.now()
    const due = Math.max(now + this.#latency(), before)
    if (due <= now && this.#delayed.length === 0) {
      task()
      return
    }
    this.#delayed.push({ due, task })
    if (this.#delayed.length === 1) this.#wait()
  }

  /** Lets everything out at once. */
  flush(): void {
    for (const { task } of this.#delayed.splice(0)) task()
    if (this.#timer !== undefined) this.#time.cancel(this.#timer)
  }

  #wait(): void {
    const [first] = this.#delayed
    if (first === undefined) return
    this.#timer = this.#time.after(Math.max(0, first.due - this.#time.now()), () => {
      const now = this.#time.now() + 1
      const count = this.#delayed.findIndex(({ due }) => due > now)
      const ready = this.#delayed.splice(0, count === -1 ? this.#delayed.length : count)
      for (const { task } of ready) task()
      this.#wait()
    })
  }
}
