import { Deque } from '../../../collections/deque.ts'
import { entryOf, type QueueEntry, type Waiting } from './queue-entry.ts'

/**
 * Messages in the order of their positions. A message that is given back goes to where it was: all
 * that were ever taken stand before all that were not, so the returned ones make a heap of their
 * own in front of the deque.
 */
export class Lane {
  readonly #fresh = new Deque<Waiting>()
  readonly #returned: QueueEntry[] = []

  get length(): number {
    return this.#fresh.length + this.#returned.length
  }

  push(waiting: Waiting): void {
    this.#fresh.push(waiting)
  }

  putBack(entry: QueueEntry): void {
    const heap = this.#returned
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || above.position <= entry.position) break
      heap[at] = above
      heap[parent] = entry
      at = parent
    }
  }

  peek(): Waiting | undefined {
    return this.#returned[0] ?? this.#fresh.peek()
  }

  shift(): QueueEntry | undefined {
    if (this.#returned.length > 0) return this.#popReturned()
    const waiting = this.#fresh.shift()
    return waiting === undefined ? undefined : entryOf(waiting)
  }

  *[Symbol.iterator](): Generator<Waiting> {
    yield* this.#returned
    yield* this.#fresh
  }

  clear(): void {
    this.#fresh.clear()
    this.#returned.length = 0
  }

  #popReturned(): QueueEntry | undefined {
    const heap = this.#returned
    const top = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return top
    heap[0] = last
    let at = 0
    for (;;) {
      const child = smallerChild(heap, at)
      const below = heap[child]
      if (below === undefined || below.position >= last.position) return top
      heap[at] = below
      heap[child] = last
      at = child
    }
  }
}

function smallerChild(heap: readonly QueueEntry[], at: number): number {
  const left = at * 2 + 1
  const first = heap[left]
  const second = heap[left + 1]
  const secondIsSmaller =
    first !== undefined && second !== undefined && second.position < first.position
  return secondIsSmaller ? left + 1 : left
}
