import { MessageDeque } from './message-deque.ts'
import { entryOf, expiryOf, type QueueEntry, type ReadyMessage } from './queue-entry.ts'
import type { ReadyMessages } from './ready-messages.ts'

/**
 * The order of a classic queue: first in, first out, and a requeued message returns to its old
 * position. All messages that were ever delivered precede all that were not, so the requeued ones
 * are in a heap of their own in front of the deque.
 */
export class FifoMessages implements ReadyMessages {
  readonly #fresh = new MessageDeque()
  readonly #requeued: QueueEntry[] = []

  push(ready: ReadyMessage): void {
    this.#fresh.push(ready)
  }

  requeue(entry: QueueEntry): void {
    const heap = this.#requeued
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

  peek(): ReadyMessage | undefined {
    return this.#requeued[0] ?? this.#fresh.peek()
  }

  shift(): QueueEntry | undefined {
    if (this.#requeued.length > 0) return this.#shiftRequeued()
    const ready = this.#fresh.shift()
    return ready === undefined ? undefined : entryOf(ready)
  }

  shiftExpired(now: number): QueueEntry | undefined {
    return this.nextExpiry() <= now ? this.shift() : undefined
  }

  nextExpiry(): number {
    return expiryOf(this.peek())
  }

  clear(): void {
    this.#fresh.clear()
    this.#requeued.length = 0
  }

  *[Symbol.iterator](): Generator<ReadyMessage> {
    yield* this.#requeued
    yield* this.#fresh
  }

  #shiftRequeued(): QueueEntry | undefined {
    const heap = this.#requeued
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
