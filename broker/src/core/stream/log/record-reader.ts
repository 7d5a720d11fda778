import { batchHeaderSize, entryHeaderSize, headerSize } from '../chunk/chunk-format.ts'
import type { Chunk } from '../chunk/chunk.ts'
import type { LogReader } from './log-reader.ts'

export interface StreamRecord {
  readonly offset: number
  /** In the memory of the log: do not change it. */
  readonly message: Uint8Array
}

/**
 * Reads a log message by message, for AMQP 0-9-1. It also separates the messages of an uncompressed
 * batch, and skips a compressed one, as RabbitMQ does. If the messages of a batch do not fit in it, it
 * skips the rest of the chunk.
 */
export class RecordReader {
  readonly #reader: LogReader
  readonly #firstOffset: number
  #entries: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(this.#entries.buffer)
  #at = 0
  /** Where the batch ends that it is in, or was in. */
  #batchEnd = 0
  #offset = 0

  /** Leaves out records before `firstOffset`: they are in the same chunk as the first one. */
  constructor(reader: LogReader, firstOffset = 0) {
    this.#reader = reader
    this.#firstOffset = firstOffset
  }

  /** The next message; undefined at the end of the log. */
  next(): StreamRecord | undefined {
    for (;;) {
      if (this.#at < this.#entries.length) {
        const record = this.#nextInChunk()
        if (record !== undefined && record.offset >= this.#firstOffset) return record
      } else {
        const chunk = this.#reader.next()
        if (chunk === undefined) return undefined
        this.#open(chunk)
      }
    }
  }

  #open({ bytes, firstOffset }: Chunk): void {
    this.#entries = bytes.subarray(headerSize)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset + headerSize, this.#entries.length)
    this.#at = 0
    this.#batchEnd = 0
    this.#offset = firstOffset
  }

  #nextInChunk(): StreamRecord | undefined {
    const isInBatch = this.#at < this.#batchEnd
    const first = this.#view.getUint8(this.#at)
    if (!isInBatch && first >= 0x80) return this.#enterBatch(first)
    const limit = isInBatch ? this.#batchEnd : this.#entries.length
    const start = this.#at + entryHeaderSize
    const end = start > limit ? Infinity : start + this.#view.getUint32(this.#at)
    // Only a client knows what is in its batch, so the broker has stored it unread.
    if (end > limit) return this.#skipChunk()
    this.#at = end
    return { offset: this.#offset++, message: this.#entries.subarray(start, end) }
  }

  /** The messages of an uncompressed batch look like entries, so it suffices to skip its header. */
  #enterBatch(first: number): undefined {
    const compression = (first >> 4) & 7
    const start = this.#at + batchHeaderSize
    const end = start + this.#view.getUint32(this.#at + 7)
    if (compression === 0) {
      this.#at = start
      this.#batchEnd = end
    } else {
      this.#offset += this.#view.getUint16(this.#at + 1)
      this.#at = end
    }
  }

  #skipChunk(): undefined {
    this.#at = this.#entries.length
  }
}
