/** Something that can stand in a waiting list; the list sets both. */
export interface Waiting<T> {
  before?: T | undefined
  after?: T | undefined
}

/**
 * Keeps what waits in the order in which it came; each may leave at any time. A Set would do that
 * too, but it moves to a new table time and again: one that a full garbage collection has found in
 * use is kept until the next, and with it its successors, and all that ever waited in them.
 */
export class WaitingList<T extends Waiting<T>> implements Iterable<T> {
  #first: T | undefined
  #last: T | undefined

  get first(): T | undefined {
    return this.#first
  }

  add(item: T): void {
    item.before = this.#last
    item.after = undefined
    if (this.#last === undefined) this.#first = item
    else this.#last.after = item
    this.#last = item
  }

  /** What has left already may leave again. */
  remove(item: T): void {
    const { before, after } = item
    if (before === undefined && this.#first !== item) return
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    item.before = undefined
    item.after = undefined
  }

  /** Whoever is being looked at may leave meanwhile, nobody else. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let item = this.#first; item !== undefined;) {
      const next: T | undefined = item.after
      yield item
      item = next
    }
  }
}
