import { headerField, headerSize } from './chunk-format.ts'

/** Memory that holds chunks, one after the other. Each is followed by its filter. */
export class Block {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** The offset of its first record. */
  readonly firstOffset: number
  /** The end of its last complete chunk. */
  used = 0
  lastTimestamp = 0

  constructor(size: number, firstOffset: number) {
    this.bytes = new Uint8Array(size)
    this.view = new DataView(this.bytes.buffer)
    this.firstOffset = firstOffset
  }

  /** The position after the chunk at `at`. */
  after(at: number): number {
    const { view } = this
    return at + headerSize + headerField.dataLength(view, at) + headerField.filterSize(view, at)
  }
}
