import { MessageDeque } from './message-deque.ts'
import { entryOf, expiryOf, messageIn, type QueueEntry, type ReadyMessage } from './queue-entry.ts'
import type { ReadyMessages } from './ready-messages.ts'

const levels = 32
const defaultLevel = 4

/**
 * The order of a quorum queue: first the requeued messages, in the order in which they were
 * requeued, then the others by priority. There are 32 priorities, and a message without one has
 * priority 4.
 */
export class QuorumMessages implements ReadyMessages {
  readonly #requeued = new MessageDeque()
  readonly #levels = new Map<number, MessageDeque>()
  /** The requeued messages, then the priorities in use, the highest first. */
  #inOrder: readonly MessageDeque[] = [this.#requeued]

  push(ready: ReadyMessage): void {
    const level = Math.min(messageIn(ready).priority ?? defaultLevel, levels - 1)
    const deque = this.#levels.get(level) ?? this.#addLevel(level)
    deque.push(ready)
  }

  requeue(entry: QueueEntry): void {
    this.#requeued.push(entry)
  }

  shift(): QueueEntry | undefined {
    for (const deque of this.#inOrder) if (deque.length > 0) return shiftEntry(deque)
    return undefined
  }

  shiftExpired(now: number): QueueEntry | undefined {
    for (const deque of this.#inOrder) if (expiryOf(deque.peek()) <= now) return shiftEntry(deque)
    return undefined
  }

  nextExpiry(): number {
    let first = Infinity
    for (const deque of this.#inOrder) first = Math.min(first, expiryOf(deque.peek()))
    return first
  }

  clear(): void {
    for (const deque of this.#inOrder) deque.clear()
  }

  *[Symbol.iterator](): Iterator<ReadyMessage> {
    for (const deque of this.#inOrder) yield* deque
  }

  #addLevel(level: number): MessageDeque {
    const added = new MessageDeque()
    this.#levels.set(level, added)
    const highestFirst = Array.from(this.#levels).toSorted(([a], [b]) => b - a)
    this.#inOrder = [this.#requeued, ...highestFirst.map(([, deque]) => deque)]
    return added
  }
}

function shiftEntry(deque: MessageDeque): QueueEntry | undefined {
  const ready = deque.shift()
  return ready === undefined ? undefined : entryOf(ready)
}
