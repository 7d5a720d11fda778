import type { Clock } from '../../../time/clock.ts'
import { Deadline } from '../../../time/deadline.ts'
import { Block } from '../chunk/block.ts'
import type { FilterSpec } from '../chunk/bloom-filter.ts'
import {
  batchHeaderSize,
  chunkType,
  entryHeaderSize,
  headerField,
  type Batch,
  type ChunkType,
} from '../chunk/chunk-format.ts'
import { ChunkWriter } from '../chunk/chunk-writer.ts'
import { LogReader } from './log-reader.ts'
import { locate } from './locate.ts'
import type { OffsetSpec } from './offset-spec.ts'
import { countExpired, type Retention } from './retention.ts'
import { Segment, type Position } from './segment.ts'
import { Tracking } from './tracking.ts'
import { Trailer } from './trailer.ts'

/** A block is small at first, because most streams of a test are, and doubles up to the largest. */
const firstBlockSize = 4096
const largestBlockSize = 262_144
/** A larger entry gets a block of its own, because it would leave too much of a shared one unused. */
const largestSharedEntry = largestBlockSize / 8

/** As in RabbitMQ. */
const mostChunksPerSegment = 256_000
/** How often RabbitMQ looks for messages that have become too old, in milliseconds. */
const retentionInterval = 3_600_000

export interface LogSizes {
  readonly maxSegmentSize: number
  /** The size of the filter of a chunk, in bytes. */
  readonly filterSize: number
}

export interface StreamLogOptions extends LogSizes {
  readonly clock: Clock
  readonly retention: Retention
  /** Takes the memory of the log into account: a number of bytes more, or fewer if it is negative. */
  readonly onMemory: (bytes: number) => void
}

/**
 * A log of messages that any number of readers share. Messages that are written in the same turn of the
 * event loop form a chunk; readers see it when the turn ends, and with it `onCommit` is called.
 */
export class StreamLog {
  readonly tracking = new Tracking()
  retention: Retention
  sizes: LogSizes
  readonly #options: StreamLogOptions
  readonly #segments: Segment[] = [new Segment(0)]
  readonly #listeners = new Set<() => void>()
  readonly #closeListeners = new Set<() => void>()
  readonly #retentionDeadline: Deadline
  readonly #trailer = new Trailer()
  #writer: ChunkWriter | undefined
  #nextOffset = 0
  #lastUserChunk: Position | undefined
  #lastChunkId = -1
  #blockSize = firstBlockSize
  #tracksChannels = false
  #isCommitScheduled = false
  #isClosed = false

  constructor(options: StreamLogOptions) {
    this.#options = options
    this.retention = options.retention
    this.sizes = options
    this.#retentionDeadline = new Deadline(options.clock, () => this.enforceRetention())
  }

  /** The offset of the oldest record. */
  get firstOffset(): number {
    return this.#segments[0]?.firstOffset ?? 0
  }

  /** The offset that the next record gets. */
  get nextOffset(): number {
    return this.#nextOffset
  }

  /** The id of the last complete chunk; -1 if there is none. */
  get lastChunkId(): number {
    return this.#lastChunkId
  }

  /** When the oldest chunk was written; undefined if there is none. */
  get firstTimestamp(): number | undefined {
    return this.#segments[0]?.firstTimestamp
  }

  get segmentCount(): number {
    return this.#segments.length
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /**
   * Writes one message in AMQP 1.0 format, which may be in several parts, with its filter value and the
   * name of its publisher if it has them. Returns its offset.
   */
  append(parts: readonly Uint8Array[], filterValue = '', publisher = ''): number {
    let size = 0
    for (const { length } of parts) size += length
    const writer = this.#writerFor(entryHeaderSize + size, filterValue)
    const offset = writer.nextOffset
    writer.addMessage(parts, filterValue)
    this.#written(writer, publisher)
    return offset
  }

  /** Writes a batch as a client has built it. Returns the offset of its first record. */
  appendBatch(batch: Batch, filterValue = '', publisher = ''): number {
    const writer = this.#writerFor(batchHeaderSize + batch.data.length, filterValue)
    const offset = writer.nextOffset
    writer.addBatch(batch, filterValue)
    this.#written(writer, publisher)
    return offset
  }

  /**
   * Remembers what a named publisher writes next. Returns false if it has written it before: then do
   * not append it.
   */
  advance(publisher: string, publishingId: number | bigint): boolean {
    return this.tracking.advance(publisher, publishingId, this.#nextOffset)
  }

  /**
   * Says that channels of AMQP 0-9-1 write. RabbitMQ tracks them too, and all that clients notice is
   * that the tracking takes an offset in each segment.
   */
  trackChannels(): void {
    this.#tracksChannels = true
  }

  /** Stores how far a consumer has come. As in RabbitMQ, this may take an offset of the log. */
  storeOffset(consumer: string, offset: number | bigint): void {
    this.tracking.storeOffset(consumer, offset)
    this.#trailer.addOffset(consumer)
    this.#scheduleCommit()
  }

  /** Creates a reader at the chunk that contains the start; the reader skips earlier records in it. */
  read(start: OffsetSpec, filter?: FilterSpec): LogReader {
    this.#finishChunk()
    const { position, nextOffset } = locate(start, {
      segments: this.#segments,
      lastUserChunk: this.#lastUserChunk,
      nextOffset: this.#nextOffset,
    })
    return new LogReader(this, position, { nextOffset, filter })
  }

  /** Calls `listener` when there is something new to read, until the result is disposed of. */
  onCommit(listener: () => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** Calls `listener` when the log is closed: its queue was deleted. */
  onClose(listener: () => void): Disposable {
    this.#closeListeners.add(listener)
    return { [Symbol.dispose]: () => void this.#closeListeners.delete(listener) }
  }

  segmentFrom(offset: number): Segment | undefined {
    const last = this.#segments.at(-1)
    if (last === undefined || last.firstOffset < offset) return undefined
    let low = 0
    let high = this.#segments.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#segments[middle]?.firstOffset ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return this.#segments[low]
  }

  /** Removes old segments. Happens on its own when a segment is full, and once an hour. */
  enforceRetention(): void {
    const count = countExpired(this.#segments, this.retention, this.#options.clock.now())
    for (const segment of this.#segments.splice(0, count)) this.#options.onMemory(-segment.memory)
    if (this.retention.maxAge !== undefined && this.#segments.length > 1)
      this.#retentionDeadline.watch(this.#options.clock.now() + retentionInterval)
  }

  /** Drops everything. */
  close(): void {
    this.#isClosed = true
    this.#retentionDeadline.cancel()
    for (const segment of this.#segments) this.#options.onMemory(-segment.memory)
    this.#segments.length = 0
    this.#listeners.clear()
    this.#writer = undefined
    for (const listener of this.#closeListeners) listener()
  }

  #written(writer: ChunkWriter, publisher: string): void {
    this.#trailer.addSequence(publisher)
    this.#nextOffset = writer.nextOffset
    this.#scheduleCommit()
  }

  #scheduleCommit(): void {
    if (this.#isCommitScheduled) return
    this.#isCommitScheduled = true
    queueMicrotask(() => {
      this.#isCommitScheduled = false
      if (!this.#isClosed) this.#commit()
    })
  }

  #commit(): void {
    if (this.#writer !== undefined) this.#finishChunk()
    else if (!this.#trailer.isEmpty) this.#writeTracking(chunkType.trackingDelta)
    for (const listener of this.#listeners) listener()
  }

  /** A writer with room for an entry of `size` bytes. */
  #writerFor(size: number, filterValue: string): ChunkWriter {
    if (this.#writer?.hasRoom(size, filterValue) === true) return this.#writer
    this.#finishChunk()
    this.#startSegmentIfFull()
    this.#writer = this.#newWriter(size)
    return this.#writer
  }

  #newWriter(size: number): ChunkWriter {
    const { filterSize } = this.sizes
    const needed = ChunkWriter.sizeWith(size, filterSize)
    return new ChunkWriter(this.#blockFor(needed), this.#nextOffset, filterSize)
  }

  #blockFor(needed: number): Block {
    const { blocks } = this.#segment
    const last = blocks.at(-1)
    if (last !== undefined && last.used + needed <= last.bytes.length) return last
    const size = needed > largestSharedEntry ? needed : Math.max(needed, this.#sharedBlockSize)
    const block = new Block(size, this.#nextOffset)
    this.#blockSize = Math.min(this.#blockSize * 2, largestBlockSize)
    blocks.push(block)
    this.#options.onMemory(size)
    return block
  }

  /** A block is not larger than what is missing to a full segment. */
  get #sharedBlockSize(): number {
    return Math.min(this.#blockSize, this.sizes.maxSegmentSize - this.#segment.size)
  }

  get #segment(): Segment {
    const last = this.#segments.at(-1)
    if (last === undefined) throw new Error('the log is closed')
    return last
  }

  #startSegmentIfFull(): void {
    const { size, chunks } = this.#segment
    if (size < this.sizes.maxSegmentSize && chunks < mostChunksPerSegment) return
    this.#segments.push(new Segment(this.#nextOffset))
    this.tracking.trim(this.firstOffset)
    if (this.#tracksChannels || !this.tracking.isEmpty)
      this.#writeTracking(chunkType.trackingSnapshot)
    this.enforceRetention()
  }

  /** RabbitMQ stores the tracking in the log, where it takes an offset. Here the chunk is empty. */
  #writeTracking(type: ChunkType): void {
    if (type === chunkType.trackingDelta) this.#startSegmentIfFull()
    const writer = this.#newWriter(entryHeaderSize)
    writer.addMessage([], '')
    this.#finish(writer, type)
  }

  #finishChunk(): void {
    const writer = this.#writer
    this.#writer = undefined
    if (writer !== undefined) this.#finish(writer, chunkType.user)
  }

  #finish(writer: ChunkWriter, type: ChunkType): void {
    const segment = this.#segment
    const { block } = writer
    const at = block.used
    writer.finish(Math.floor(this.#options.clock.now()), type, this.#trailer.take())
    segment.size += block.used - at
    segment.chunks += 1
    this.#nextOffset = writer.nextOffset
    this.#lastChunkId = headerField.firstOffset(block.view, at)
    if (type === chunkType.user)
      this.#lastUserChunk = { segment, block: segment.blocks.length - 1, at }
  }
}
