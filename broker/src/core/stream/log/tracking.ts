/** How many publishers RabbitMQ remembers when a segment is full: those that wrote last. */
const longestSequences = 255

interface Sequence {
  readonly publishingId: number | bigint
  /** The chunk that followed. */
  readonly chunkId: number
}

/** What clients of the stream protocol store in a log, in addition to messages. */
export class Tracking {
  readonly #sequences = new Map<string, Sequence>()
  readonly #offsets = new Map<string, number | bigint>()

  get isEmpty(): boolean {
    return this.#sequences.size === 0 && this.#offsets.size === 0
  }

  /** All stored offsets, by the names of the consumers. */
  get offsets(): ReadonlyMap<string, number | bigint> {
    return this.#offsets
  }

  /** The last publishing ids of all named publishers. */
  get sequences(): ReadonlyMap<string, number | bigint> {
    return new Map(Array.from(this.#sequences, ([name, last]) => [name, last.publishingId]))
  }

  /** The last publishing id of a named publisher. */
  sequence(publisher: string): number | bigint | undefined {
    return this.#sequences.get(publisher)?.publishingId
  }

  /**
   * Remembers what a named publisher writes. Returns false if it has written it before: then the
   * message is a duplicate.
   */
  advance(publisher: string, publishingId: number | bigint, chunkId: number): boolean {
    const last = this.#sequences.get(publisher)
    if (last !== undefined && publishingId <= last.publishingId) return false
    this.#sequences.set(publisher, { publishingId, chunkId })
    return true
  }

  /** The offset that a consumer has stored under its name. */
  offset(consumer: string): number | bigint | undefined {
    return this.#offsets.get(consumer)
  }

  storeOffset(consumer: string, offset: number | bigint): void {
    this.#offsets.set(consumer, offset)
  }

  /** Forgets what RabbitMQ forgets when a segment is full. */
  trim(firstOffset: number): void {
    for (const [consumer, offset] of this.#offsets)
      if (offset < firstOffset) this.#offsets.delete(consumer)
    const oldestFirst = Array.from(this.#sequences).toSorted(
      ([, one], [, other]) => one.chunkId - other.chunkId,
    )
    for (const [publisher] of oldestFirst.slice(0, -longestSequences))
      this.#sequences.delete(publisher)
  }
}
