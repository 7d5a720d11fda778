/** A Lamport clock: it orders the events of all workers and clients, whatever their wall clocks say. */
export class Clock {
  #value = 0

  get value(): number {
    return this.#value
  }

  /** For an event in this process. */
  tick(): number {
    this.#value += 1
    return this.#value
  }

  /** For a message from a process whose clock had this value. */
  adjust(other: number): void {
    this.#value = Math.max(this.#value, other) + 1
  }
}
