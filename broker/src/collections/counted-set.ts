/**
 * A set that counts how often each value was added. A value leaves the set when it is removed as
 * often: a queue with two bindings to an exchange is still bound when one of them is removed.
 */
export class CountedSet<T> {
  readonly #counts = new Map<T, number>()

  get empty(): boolean {
    return this.#counts.size === 0
  }

  add(value: T): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1)
  }

  remove(value: T): void {
    const count = this.#counts.get(value) ?? 0
    if (count > 1) this.#counts.set(value, count - 1)
    else this.#counts.delete(value)
  }

  /** Calls `visit` once for each value. */
  visit(visit: (value: T) => void): void {
    for (const value of this.#counts.keys()) visit(value)
  }
}
