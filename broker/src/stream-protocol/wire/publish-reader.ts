import { batchHeaderSize, type Batch } from '../../core/stream/chunk/chunk-format.ts'
import { DecodeError } from '../../wire/byte-reader.ts'
import { decodeText } from '../../wire/text.ts'

const idLength = 8
const noFilterValue = 0xffff

/** Reads the messages and batches of a publish command, one after the other. */
export class PublishReader {
  /** The publishing id of the current entry. */
  publishingId: number | bigint = 0
  /** Only in version 2 of the command. */
  filterValue = ''
  /** The current message; undefined for a batch. */
  message: Uint8Array | undefined
  /** The current batch; undefined for a message. */
  batch: Batch | undefined
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #hasFilterValues: boolean
  #start = 0
  #at = 0

  /** `bytes` without the fields before the first entry. */
  constructor(bytes: Uint8Array, version: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#hasFilterValues = version === 2
  }

  /** The publishing id as the client sent it. */
  get idBytes(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#start + idLength)
  }

  /** Reads the next entry; returns false after the last one. Throws a DecodeError. */
  next(): boolean {
    if (this.#at === this.#bytes.length) return false
    this.#start = this.#at
    this.publishingId = this.#readId()
    if (this.#hasFilterValues) this.filterValue = this.#readFilterValue()
    const isBatch = (this.#peek() & 0x80) !== 0
    // RabbitMQ does not accept batches with filter values either.
    if (isBatch && this.#hasFilterValues) throw new DecodeError('a batch has no filter value')
    this.message = isBatch ? undefined : this.#take(this.#view.getUint32(this.#advance(4)))
    this.batch = isBatch ? this.#readBatch() : undefined
    return true
  }

  #readId(): number | bigint {
    const at = this.#advance(idLength)
    const high = this.#view.getUint32(at)
    // Most ids are small, and numbers are faster than bigints.
    if (high < 0x20_0000) return high * 0x1_0000_0000 + this.#view.getUint32(at + 4)
    return this.#view.getBigUint64(at)
  }

  #readFilterValue(): string {
    const length = this.#view.getUint16(this.#advance(2))
    return length === noFilterValue ? '' : decodeText(this.#take(length), 0, length)
  }

  #readBatch(): Batch {
    const at = this.#advance(batchHeaderSize)
    return {
      compression: (this.#view.getUint8(at) >> 4) & 7,
      records: this.#view.getUint16(at + 1),
      uncompressedLength: this.#view.getUint32(at + 3),
      data: this.#take(this.#view.getUint32(at + 7)),
    }
  }

  #peek(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw tooShort()
    return byte
  }

  #take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  #advance(by: number): number {
    const at = this.#at
    if (by > this.#bytes.length - at) throw tooShort()
    this.#at = at + by
    return at
  }
}

function tooShort(): DecodeError {
  return new DecodeError('the entries of a publish command end too early')
}
