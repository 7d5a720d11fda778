import type { StreamQueue } from '../../core/queue/stream-queue.ts'
import type { PublishReader } from '../wire/publish-reader.ts'
import type { StreamFrameWriter } from '../wire/frame-writer.ts'
import { responseCode } from '../wire/commands.ts'
import type { Publisher } from './publisher.ts'

/** How many messages are written before other clients may get their turn. */
const messagesPerTurn = 256

/** The publishers of a connection. */
export class Publishers {
  readonly #frames: StreamFrameWriter
  readonly #onWrite: () => void
  readonly #publishers = new Map<number, Publisher>()
  readonly #confirming = new Set<Publisher>()

  /** Calls `onWrite` for each message: a measure of the work. */
  constructor(frames: StreamFrameWriter, onWrite: () => void) {
    this.#frames = frames
    this.#onWrite = onWrite
  }

  get size(): number {
    return this.#publishers.size
  }

  [Symbol.iterator](): Iterator<Publisher> {
    return this.#publishers.values()
  }

  get(id: number): Publisher | undefined {
    return this.#publishers.get(id)
  }

  add(publisher: Publisher): void {
    this.#publishers.set(publisher.id, publisher)
  }

  /** Whether a publisher of this id, or of this reference on the stream, exists. */
  isTaken(id: number, stream: StreamQueue, reference: string): boolean {
    if (this.#publishers.has(id)) return true
    return reference !== '' && this.#of(stream).some((each) => each.reference === reference)
  }

  uses(stream: StreamQueue): boolean {
    return this.#of(stream).length > 0
  }

  /** Sends the confirms of the publisher, and forgets it. */
  remove(publisher: Publisher): void {
    this.flushConfirms()
    this.#publishers.delete(publisher.id)
  }

  /** The stream is no longer available. */
  removeAll(stream: StreamQueue): void {
    for (const publisher of this.#of(stream)) {
      this.#publishers.delete(publisher.id)
      this.#confirming.delete(publisher)
    }
  }

  /**
   * Writes what a publish command contains. Returns true if there is more to do. A batch that is refused
   * takes the rest of the command with it, as in RabbitMQ: otherwise there would be a gap in the ids.
   */
  publish(id: number, reader: PublishReader, state: { isRefused: boolean }): boolean {
    const publisher = this.#publishers.get(id)
    const refused: Uint8Array[] = []
    let left = messagesPerTurn
    while (left > 0 && reader.next()) {
      left -= 1
      this.#onWrite()
      state.isRefused ||= publisher?.write(reader) !== true
      if (state.isRefused) refused.push(reader.idBytes)
    }
    if (publisher !== undefined) {
      publisher.counts.published += messagesPerTurn - left
      this.#confirming.add(publisher)
    }
    const { publisherDoesNotExist, preconditionFailed } = responseCode
    const code = publisher === undefined ? publisherDoesNotExist : preconditionFailed
    if (refused.length > 0) this.#frames.publishError(id, refused, code)
    return left === 0
  }

  /** Confirms what was written so far. */
  flushConfirms(): void {
    for (const publisher of this.#confirming) {
      const ids = publisher.takeUnconfirmed()
      if (ids.length > 0) this.#frames.confirm(publisher.id, ids)
    }
    this.#confirming.clear()
  }

  #of(stream: StreamQueue): readonly Publisher[] {
    return Array.from(this.#publishers.values()).filter((each) => each.stream === stream)
  }
}
