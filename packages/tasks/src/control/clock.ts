/** A Lamport clock: it orders the events of all workers and clients, whatever their wall clocks say. */
export class Clock {
  #value = 0

  get value(): number {
    return this.#value
  }

  /** For something that happens here. */
  tick(): number {
    this.#value += 1
    return this.#value
  }

  /** For a message that was sent at another clock's time. */
  adjust(other: number): void {
    this.#value = Math.max(this.#value, other) + 1
  }
}
