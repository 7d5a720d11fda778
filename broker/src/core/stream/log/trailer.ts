const encoder = new TextEncoder()

/** A type, the length of the name, and a number of 64 bits. */
const lengthWithoutName = 10

/**
 * What is tracked with the next chunk. RabbitMQ writes it behind the entries of the chunk and does not
 * deliver it: all that clients see of it is its length, in the header.
 */
export class Trailer {
  readonly #sequences = new Set<string>()
  readonly #offsets = new Set<string>()

  get isEmpty(): boolean {
    return this.#sequences.size === 0 && this.#offsets.size === 0
  }

  addSequence(publisher: string): void {
    if (publisher !== '') this.#sequences.add(publisher)
  }

  addOffset(consumer: string): void {
    this.#offsets.add(consumer)
  }

  /** Returns its length in bytes, and is empty then. */
  take(): number {
    if (this.isEmpty) return 0
    let length = 0
    for (const names of [this.#sequences, this.#offsets]) {
      for (const name of names) length += lengthWithoutName + encoder.encode(name).length
      names.clear()
    }
    return length
  }
}
