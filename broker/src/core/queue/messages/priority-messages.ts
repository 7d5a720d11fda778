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
  #length = 0

  constructor(highest: number) {
    this.#levels = Array.from({ length: highest + 1 }, () => new FifoMessages())
  }

  get length(): number {
    return this.#length
  }

  push(ready: ReadyMessage): void {
    this.#levelOf(ready)?.push(ready)
    this.#length += 1
  }

  requeue(entry: QueueEntry): void {
    this.#levelOf(entry)?.requeue(entry)
    this.#length += 1
  }

  shift(): QueueEntry | undefined {
    const level = this.#levels.find((each) => each.length > 0)
    return level === undefined ? undefined : this.#shiftFrom(level)
  }

  shiftExpired(now: number): QueueEntry | undefined {
    const level = this.#levels.find((each) => each.nextExpiry() <= now)
    return level === undefined ? undefined : this.#shiftFrom(level)
  }

  nextExpiry(): number {
    let first = Infinity
    for (const level of this.#levels) first = Math.min(first, level.nextExpiry())
    return first
  }

  clear(): void {
    for (const level of this.#levels) level.clear()
    this.#length = 0
  }

  *[Symbol.iterator](): Iterator<ReadyMessage> {
    for (const level of this.#levels) yield* level
  }

  #shiftFrom(level: FifoMessages): QueueEntry | undefined {
    this.#length -= 1
    return level.shift()
  }

  #levelOf(ready: ReadyMessage): FifoMessages | undefined {
    const highest = this.#levels.length - 1
    return this.#levels[highest - Math.min(messageIn(ready).priority ?? 0, highest)]
  }
}
