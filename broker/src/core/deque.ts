/** A queue on a ring: every end in constant time, and memory given back when it drains. */
export class Deque<T> {
  #items: (T | undefined)[] = emptyRing<T>(smallest)
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: T): void {
    if (this.#length === this.#items.length) this.#resize(this.#length * 2)
    this.#items[(this.#head + this.#length) & (this.#items.length - 1)] = item
    this.#length += 1
  }

  peek(): T | undefined {
    return this.#items[this.#head]
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined
    this.#head = (this.#head + 1) & (this.#items.length - 1)
    this.#length -= 1
    if (this.#items.length > smallest && this.#length < this.#items.length / 4)
      this.#resize(this.#items.length / 2)
    return item
  }

  clear(): void {
    this.#items = emptyRing<T>(smallest)
    this.#head = 0
    this.#length = 0
  }

  *[Symbol.iterator](): Generator<T> {
    for (let i = 0; i < this.#length; i++) {
      const item = this.#items[(this.#head + i) & (this.#items.length - 1)]
      if (item !== undefined) yield item
    }
  }

  #resize(size: number): void {
    const items = emptyRing<T>(size)
    for (let i = 0; i < this.#length; i++)
      items[i] = this.#items[(this.#head + i) & (this.#items.length - 1)]
    this.#items = items
    this.#head = 0
  }
}

/** A power of two, so that a mask does for a division. */
const smallest = 4

function emptyRing<T>(size: number): (T | undefined)[] {
  const ring: (T | undefined)[] = []
  ring.length = size
  return ring
}
