const headerSize = 7
const overhead = headerSize + 1

/**
 * Copies frames out of bytes that arrive in pieces of any size, each of them once. amqplib joins each piece with
 * all that it has not parsed yet, which copies a large frame, and what follows it, several times.
 */
export class FrameCutter {
  readonly #accept: (bytes: Buffer) => void
  /** Memory for a frame of which a part has arrived, or for the header of one. */
  #partial: Buffer | undefined
  #received = 0

  /** `accept` gets whole frames, and the headers of those that have not arrived as a whole. */
  constructor(accept: (bytes: Buffer) => void) {
    this.#accept = accept
  }

  /** The memory of these bytes may be used again afterwards. */
  push(bytes: Buffer): void {
    for (let rest = bytes; rest.length > 0;)
      rest = this.#partial === undefined ? this.#takeWhole(rest) : this.#addTo(this.#partial, rest)
  }

  /** Returns what follows the frames that have arrived as a whole. */
  #takeWhole(bytes: Buffer): Buffer {
    const end = endOfWholeFrames(bytes)
    if (end < bytes.length) this.#begin(headerSize)
    if (end > 0) this.#accept(Buffer.from(bytes.subarray(0, end)))
    return bytes.subarray(end)
  }

  /** Returns what follows the frame, or its header. */
  #addTo(partial: Buffer, bytes: Buffer): Buffer {
    const copied = bytes.copy(partial, this.#received)
    this.#received += copied
    if (this.#received === partial.length) this.#complete(partial)
    return bytes.subarray(copied)
  }

  #complete(partial: Buffer): void {
    this.#partial = undefined
    this.#accept(partial)
    if (partial.length > headerSize) return
    const frame = this.#begin(partial.readUInt32BE(3) + overhead)
    this.#received = partial.copy(frame)
  }

  #begin(size: number): Buffer {
    this.#received = 0
    this.#partial = Buffer.allocUnsafe(size)
    return this.#partial
  }
}

function endOfWholeFrames(bytes: Buffer): number {
  let end = 0
  while (end + headerSize <= bytes.length) {
    const next = end + bytes.readUInt32BE(end + 3) + overhead
    if (next > bytes.length) break
    end = next
  }
  return end
}
