/** An item of a linked list; the list sets both. */
export interface Linked<T> {
  before?: T | undefined
  after?: T | undefined
}

/**
 * A list in insertion order from which any item can be removed at any time. A Set would do that
 * too, but it copies itself to a new table again and again; a table that has survived a full garbage
 * collection is kept until the next one, with its successors and everything that was ever in them.
 */
export class LinkedList<T extends Linked<T>> implements Iterable<T> {
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

  /** Removing an item that is not in the list changes nothing. */
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

  /** The current item may be removed meanwhile, no other. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let item = this.#first; item !== undefined;) {
      const next: T | undefined = item.after
      yield item
      item = next
    }
  }
}
