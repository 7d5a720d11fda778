import { ByteWriter } from './byte-writer.ts'

const blockSize = 16_384

/** Bytes to send: those that are written one by one, and between them larger ones that are not copied. */
export class OutputBuffer {
  readonly writer = new ByteWriter(blockSize)
  readonly #chunks: Uint8Array[] = []
  #chunksLength = 0

  /** The number of bytes that were written and not taken. */
  get length(): number {
    return this.#chunksLength + this.writer.length
  }

  /** Sends `chunk` next, without copying it. */
  reference(chunk: Uint8Array): void {
    this.#detach()
    this.#chunks.push(chunk)
    this.#chunksLength += chunk.length
  }

  /** Takes the oldest chunks, up to the one that makes them at least `enough` bytes. Default: all. */
  take(enough = Infinity): Uint8Array[] {
    this.#detach()
    let [count, length] = [0, 0]
    for (const chunk of this.#chunks) {
      if (length >= enough) break
      length += chunk.length
      count += 1
    }
    this.#chunksLength -= length
    return this.#chunks.splice(0, count)
  }

  #detach(): void {
    const { length } = this.writer
    if (length === 0) return
    this.#chunks.push(this.writer.detach(length > blockSize / 2 ? blockSize : 1024))
    this.#chunksLength += length
  }
}
