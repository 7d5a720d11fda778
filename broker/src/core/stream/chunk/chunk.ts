import { headerField, headerSize } from './chunk-format.ts'
import type { Block } from './block.ts'

/** A chunk as a reader sees it. */
export class Chunk {
  /** The header and the entries, in the memory of the log: do not change them. */
  readonly bytes: Uint8Array
  /** The offset of its first record, which is also the id of the chunk. */
  readonly firstOffset: number
  readonly entries: number
  readonly records: number
  /** Milliseconds since 1970. */
  readonly timestamp: number

  constructor({ bytes, view }: Block, at: number) {
    this.bytes = bytes.subarray(at, at + headerSize + headerField.dataLength(view, at))
    this.firstOffset = headerField.firstOffset(view, at)
    this.entries = headerField.entries(view, at)
    this.records = headerField.records(view, at)
    this.timestamp = headerField.timestamp(view, at)
  }

  get nextOffset(): number {
    return this.firstOffset + this.records
  }
}
