/** Slots of the first block, and of the largest. */
const smallest = 4
const largest = 512

interface Block<T> {
  readonly items: (T | undefined)[]
  next: Block<T> | undefined
}

/**
 * A queue in blocks: both ends in constant time, and memory is freed as it drains. It grows by a
 * block and copies nothing, because all queues of a fanout exchange grow at the same message.
 */
export class Deque<T> {
  #head = block<T>(smallest)
  #tail = this.#head
  /** Where the first item is in the first block, and the next one goes in the last. */
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

  /** It is empty: a small block is used again, a large one freed. */
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
