import { Deque } from '../../../collections/deque.ts'
import { entryOf, expiryOf, messageOf, type QueueEntry, type Waiting } from './queue-entry.ts'
import type { ReadyMessages } from './ready-messages.ts'

const levels = 32
const defaultLevel = 4

/**
 * A quorum queue's order: what came back goes first, in the order in which it came back, then 32
 * strict levels of priority. A message without a priority has level 4.
 */
export class QuorumMessages implements ReadyMessages {
  readonly #returned = new Deque<Waiting>()
  readonly #levels = new Map<number, Deque<Waiting>>()
  #lines: readonly Deque<Waiting>[] = [this.#returned]
  #length = 0

  get length(): number {
    return this.#length
  }

  push(waiting: Waiting): void {
    const level = Math.min(messageOf(waiting).priority ?? defaultLevel, levels - 1)
    const line = this.#levels.get(level) ?? this.#addLevel(level)
    line.push(waiting)
    this.#length += 1
  }

  putBack(entry: QueueEntry): void {
    this.#returned.push(entry)
    this.#length += 1
  }

  shift(): QueueEntry | undefined {
    for (const line of this.#lines) if (line.length > 0) return this.#shiftFrom(line)
    return undefined
  }

  shiftExpired(now: number): QueueEntry | undefined {
    for (const line of this.#lines) if (expiryOf(line.peek()) <= now) return this.#shiftFrom(line)
    return undefined
  }

  nextExpiry(): number {
    let first = Infinity
    for (const line of this.#lines) first = Math.min(first, expiryOf(line.peek()))
    return first
  }

  clear(): void {
    for (const line of this.#lines) line.clear()
    this.#length = 0
  }

  *[Symbol.iterator](): Iterator<Waiting> {
    for (const line of this.#lines) yield* line
  }

  #shiftFrom(line: Deque<Waiting>): QueueEntry | undefined {
    const waiting = line.shift()
    if (waiting === undefined) return undefined
    this.#length -= 1
    return entryOf(waiting)
  }

  #addLevel(level: number): Deque<Waiting> {
    const line = new Deque<Waiting>()
    this.#levels.set(level, line)
    const highestFirst = Array.from(this.#levels).toSorted(([a], [b]) => b - a)
    this.#lines = [this.#returned, ...highestFirst.map(([, each]) => each)]
    return line
  }
}
