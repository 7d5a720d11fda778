/** Destinations with the number of bindings that lead to each of them. */
export class DestinationBag<D> {
  readonly #counts = new Map<D, number>()

  get empty(): boolean {
    return this.#counts.size === 0
  }

  add(destination: D): void {
    this.#counts.set(destination, (this.#counts.get(destination) ?? 0) + 1)
  }

  remove(destination: D): void {
    const count = this.#counts.get(destination) ?? 0
    if (count > 1) this.#counts.set(destination, count - 1)
    else this.#counts.delete(destination)
  }

  visit(visit: (destination: D) => void): void {
    for (const destination of this.#counts.keys()) visit(destination)
  }
}
