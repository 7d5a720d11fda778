import { createFilter } from './bloom-filter.ts'
import {
  batchHeaderSize,
  entryHeaderSize,
  headerSize,
  writeHeader,
  type Batch,
  type ChunkType,
} from './chunk-format.ts'
import { crc32 } from './crc32.ts'
import type { Block } from './block.ts'

/** As many as RabbitMQ writes at the same time, by default. */
const mostEntries = 4096
/**
 * A filter lets whole chunks through, so a large one would defeat it. The chunks of RabbitMQ are small
 * unless more is published than it can write.
 */
const mostFilteredEntries = 128

/** Writes one chunk into the free memory of a block. */
export class ChunkWriter {
  readonly block: Block
  readonly firstOffset: number
  readonly #filterSize: number
  readonly #values = new Set<string>()
  #hasFilter = false
  #end: number
  #entries = 0
  #records = 0

  constructor(block: Block, firstOffset: number, filterSize: number) {
    this.block = block
    this.firstOffset = firstOffset
    this.#filterSize = filterSize
    this.#end = block.used + headerSize
  }

  /** How many bytes a block needs for a chunk with one entry of `size` bytes. */
  static sizeWith(size: number, filterSize: number): number {
    return headerSize + size + filterSize
  }

  get nextOffset(): number {
    return this.firstOffset + this.#records
  }

  /** Whether an entry of `size` bytes fits in, with its header. */
  hasRoom(size: number, filterValue: string): boolean {
    const { length } = this.block.bytes
    const most = this.#hasFilter || filterValue !== '' ? mostFilteredEntries : mostEntries
    return this.#entries < most && this.#end + size + this.#filterSize <= length
  }

  addMessage(parts: readonly Uint8Array[], filterValue: string): void {
    const start = this.#end
    this.#end += entryHeaderSize
    for (const part of parts) this.#write(part)
    this.block.view.setUint32(start, this.#end - start - entryHeaderSize)
    this.#count(1, filterValue)
  }

  addBatch(batch: Batch, filterValue: string): void {
    const { view } = this.block
    const { records, compression, uncompressedLength, data } = batch
    view.setUint8(this.#end, 0x80 | (compression << 4))
    view.setUint16(this.#end + 1, records)
    view.setUint32(this.#end + 3, uncompressedLength)
    view.setUint32(this.#end + 7, data.length)
    this.#end += batchHeaderSize
    this.#write(data)
    this.#count(records, filterValue)
  }

  /** Completes the chunk, so that readers see it. */
  finish(timestamp: number, type: ChunkType, trailerLength: number): void {
    const { block } = this
    const { bytes, view, used } = block
    const data = bytes.subarray(used + headerSize, this.#end)
    const filter = createFilter(this.#values, this.#filterSize)
    if (filter !== undefined) bytes.set(filter, this.#end)
    const { firstOffset } = this
    writeHeader(view, used, {
      type,
      entries: this.#entries,
      records: this.#records,
      timestamp,
      firstOffset,
      checksum: crc32(data),
      dataLength: data.length,
      trailerLength,
      filterSize: filter?.length ?? 0,
    })
    block.used = this.#end + (filter?.length ?? 0)
    block.lastTimestamp = timestamp
  }

  #write(bytes: Uint8Array): void {
    this.block.bytes.set(bytes, this.#end)
    this.#end += bytes.length
  }

  #count(records: number, filterValue: string): void {
    this.#entries += 1
    this.#records += records
    this.#values.add(filterValue)
    this.#hasFilter ||= filterValue !== ''
  }
}
