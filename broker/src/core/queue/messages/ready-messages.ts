import { expiryOf, messageOf, type QueueEntry, type Waiting } from './queue-entry.ts'
import { Lane } from './fifo-messages.ts'

/** The messages of a queue that wait for a consumer, in the order in which they will go. */
export interface ReadyMessages {
  readonly length: number
  /** A message that has just come. */
  push(waiting: Waiting): void
  /** A message that was taken and comes back. */
  putBack(entry: QueueEntry): void
  shift(): QueueEntry | undefined
  /** Takes out what has expired: at the heads alone, as RabbitMQ does. */
  shiftExpired(now: number): QueueEntry | undefined
  /** When the first of the heads expires; Infinity for never. */
  nextExpiry(): number
  clear(): void
  [Symbol.iterator](): Iterator<Waiting>
}

/** A classic queue without x-max-priority: first in, first out. */
export class FifoMessages implements ReadyMessages {
  readonly #lane = new Lane()

  get length(): number {
    return this.#lane.length
  }

  push(waiting: Waiting): void {
    this.#lane.push(waiting)
  }

  putBack(entry: QueueEntry): void {
    this.#lane.putBack(entry)
  }

  shift(): QueueEntry | undefined {
    return this.#lane.shift()
  }

  shiftExpired(now: number): QueueEntry | undefined {
    return this.nextExpiry() <= now ? this.#lane.shift() : undefined
  }

  nextExpiry(): number {
    return expiryOf(this.#lane.peek())
  }

  clear(): void {
    this.#lane.clear()
  }

  [Symbol.iterator](): Iterator<Waiting> {
    return this.#lane[Symbol.iterator]()
  }
}

/**
 * A classic queue with x-max-priority: a lane a level, the highest first. A message above the
 * highest level counts as that; one without a priority has level 0.
 */
export class PriorityMessages implements ReadyMessages {
  readonly #lanes: Lane[]
  #length = 0

  constructor(highest: number) {
    this.#lanes = Array.from({ length: highest + 1 }, () => new Lane())
  }

  get length(): number {
    return this.#length
  }

  push(waiting: Waiting): void {
    this.#laneOf(waiting)?.push(waiting)
    this.#length += 1
  }

  putBack(entry: QueueEntry): void {
    this.#laneOf(entry)?.putBack(entry)
    this.#length += 1
  }

  shift(): QueueEntry | undefined {
    const lane = this.#lanes.find((each) => each.length > 0)
    return lane === undefined ? undefined : this.#shiftFrom(lane)
  }

  shiftExpired(now: number): QueueEntry | undefined {
    const lane = this.#lanes.find((each) => expiryOf(each.peek()) <= now)
    return lane === undefined ? undefined : this.#shiftFrom(lane)
  }

  nextExpiry(): number {
    let first = Infinity
    for (const lane of this.#lanes) first = Math.min(first, expiryOf(lane.peek()))
    return first
  }

  clear(): void {
    for (const lane of this.#lanes) lane.clear()
    this.#length = 0
  }

  *[Symbol.iterator](): Iterator<Waiting> {
    for (const lane of this.#lanes) yield* lane
  }

  #shiftFrom(lane: Lane): QueueEntry | undefined {
    this.#length -= 1
    return lane.shift()
  }

  #laneOf(waiting: Waiting): Lane | undefined {
    const highest = this.#lanes.length - 1
    return this.#lanes[highest - Math.min(messageOf(waiting).priority ?? 0, highest)]
  }
}
