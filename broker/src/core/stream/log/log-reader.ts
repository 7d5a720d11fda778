import type { Block } from '../chunk/block.ts'
import { matchesFilter, type FilterSpec } from '../chunk/bloom-filter.ts'
import { Chunk } from '../chunk/chunk.ts'
import { headerField } from '../chunk/chunk-format.ts'
import type { Position, Segment } from './segment.ts'

/** What a reader needs from its log. */
export interface ReadableLog {
  /** The first segment that starts at `offset` or later. */
  segmentFrom(offset: number): Segment | undefined
}

/** Reads a log chunk by chunk. It takes no memory but its position. */
export class LogReader {
  readonly #log: ReadableLog
  readonly #filter: FilterSpec | undefined
  #segment: Segment
  #block: number
  #at: number
  #nextOffset: number

  constructor(log: ReadableLog, position: Position, options: LogReaderOptions) {
    this.#log = log
    this.#segment = position.segment
    this.#block = position.block
    this.#at = position.at
    this.#nextOffset = options.nextOffset
    this.#filter = options.filter
  }

  /** The offset of the first record that it has not read. */
  get nextOffset(): number {
    return this.#nextOffset
  }

  /** The next chunk of messages that the filter lets through; undefined at the end of the log. */
  next(): Chunk | undefined {
    for (;;) {
      const chunk = this.step()
      if (chunk !== 'skipped') return chunk
    }
  }

  /** Like `next`, but returns after each chunk that it skips: a filter may skip a million of them. */
  step(): Chunk | 'skipped' | undefined {
    for (;;) {
      const block = this.#segment.blocks[this.#block]
      if (block !== undefined && this.#at < block.used) return this.#read(block) ?? 'skipped'
      if (!this.#turnPage()) return undefined
    }
  }

  #read(block: Block): Chunk | undefined {
    const at = this.#at
    const { view } = block
    this.#at = block.after(at)
    this.#nextOffset = headerField.firstOffset(view, at) + headerField.records(view, at)
    if (!headerField.isUser(view, at)) return undefined
    return this.#matches(block, at) ? new Chunk(block, at) : undefined
  }

  #matches({ bytes, view }: Block, at: number): boolean {
    if (this.#filter === undefined) return true
    const end = this.#at
    return matchesFilter(bytes.subarray(end - headerField.filterSize(view, at), end), this.#filter)
  }

  /** Returns false if there is nothing more. Retention may have removed what would have come next. */
  #turnPage(): boolean {
    if (this.#block + 1 < this.#segment.blocks.length) this.#block += 1
    else {
      const next = this.#log.segmentFrom(this.#nextOffset)
      if (next === undefined || next === this.#segment) return false
      this.#segment = next
      this.#block = 0
    }
    this.#at = 0
    return true
  }
}

export interface LogReaderOptions {
  readonly nextOffset: number
  readonly filter?: FilterSpec | undefined
}
