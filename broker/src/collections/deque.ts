/** The number of slots in the first block, and in the largest. */
const smallest = 4
const largest = 512

interface Block<T> {
  readonly items: (T | undefined)[]
  next: Block<T> | undefined
}

/**
 * A list of items with constant time at both ends, which frees memory as it gets shorter. It grows
 * by a block, without copying, because all queues of a fanout exchange grow at the same message.
 */
export class Deque<T> {
  #head = block<T>(smallest)
  #tail = this.#head
  /** The slot of the first item in the first block, and the next free slot in the last block. */
  #first = 0
  #end = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: T): void {
    const { items } = this.#tail
    if (this.#end === items.length) this.#grow(items.length)
    this.#tail.items[this.#end] = item
    this.#end += 1
    this.#length += 1
  }

  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#head.items[this.#first]
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const { items, next } = this.#head
    const item = items[this.#first]
    items[this.#first] = undefined
    this.#first += 1
    this.#length -= 1
    if (this.#length === 0) this.#restart()
    else if (this.#first === items.length && next !== undefined) {
      this.#head = next
      this.#first = 0
    }
    return item
  }

  clear(): void {
    this.#head = block<T>(smallest)
    this.#tail = this.#head
    this.#first = 0
    this.#end = 0
    this.#length = 0
  }

  *[Symbol.iterator](): Generator<T> {
    let [at, index] = [this.#head, this.#first]
    for (let left = this.#length; left > 0; left--) {
      const item = at.items[index]
      if (item !== undefined) yield item
      index += 1
      if (index === at.items.length && at.next !== undefined) [at, index] = [at.next, 0]
    }
  }

  #grow(size: number): void {
    const next = block<T>(Math.min(size * 2, largest))
    this.#tail.next = next
    this.#tail = next
    this.#end = 0
  }

  /** The deque is empty: a small block is reused, and a large one freed. */
  #restart(): void {
    if (this.#tail.items.length > smallest) this.clear()
    else [this.#head, this.#first, this.#end] = [this.#tail, 0, 0]
  }
}

function block<T>(size: number): Block<T> {
  const items: (T | undefined)[] = []
  items.length = size
  return { items, next: undefined }
}
