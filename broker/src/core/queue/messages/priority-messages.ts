import { FifoMessages } from './fifo-messages.ts'
import { messageIn, type QueueEntry, type ReadyMessage } from './queue-entry.ts'
import type { ReadyMessages } from './ready-messages.ts'

/**
 * The order of a classic queue with x-max-priority: by priority, the highest first. A priority above
 * the highest counts as the highest, and a message without a priority has priority 0.
 */
export class PriorityMessages implements ReadyMessages {
  /** One per priority, the highest first. */
  readonly #levels: readonly FifoMessages[]

  constructor(highest: number) {
    this.#levels = Array.from({ length: highest + 1 }, () => new FifoMessages())
  }

  push(ready: ReadyMessage): void {
    this.#levelOf(ready)?.push(ready)
  }

  requeue(entry: QueueEntry): void {
    this.#levelOf(entry)?.requeue(entry)
  }

  shift(): QueueEntry | undefined {
    return this.#levels.find((level) => level.peek() !== undefined)?.shift()
  }

  shiftExpired(now: number): QueueEntry | undefined {
    return this.#levels.find((level) => level.nextExpiry() <= now)?.shift()
  }

  nextExpiry(): number {
    let first = Infinity
    for (const level of this.#levels) first = Math.min(first, level.nextExpiry())
    return first
  }

  clear(): void {
    for (const level of this.#levels) level.clear()
  }

  *[Symbol.iterator](): Iterator<ReadyMessage> {
    for (const level of this.#levels) yield* level
  }

  #levelOf(ready: ReadyMessage): FifoMessages | undefined {
    const highest = this.#levels.length - 1
    return this.#levels[highest - Math.min(messageIn(ready).priority ?? 0, highest)]
  }
}
