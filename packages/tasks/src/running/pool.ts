/** Lets a number of tasks run at the same time; the others wait in order. */
export class Pool {
  #size: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  get size(): number {
    return this.#size
  }

  /** Tasks that are already running are not stopped when it shrinks. */
  resize(size: number): void {
    this.#size = Math.max(1, size)
    this.#startWaiting()
  }

  async acquire(): Promise<void> {
    if (this.#running < this.#size) {
      this.#running += 1
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  release(): void {
    this.#running -= 1
    this.#startWaiting()
  }

  #startWaiting(): void {
    while (this.#running < this.#size) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#running += 1
      next()
    }
  }
}
