import type { Block } from '../chunk/block.ts'
import { headerField } from '../chunk/chunk-format.ts'

/** RabbitMQ's files start with a header of this size. It counts for the size of a segment. */
const fileHeaderSize = 8

/** A part of a log. Retention removes whole segments. */
export class Segment {
  readonly firstOffset: number
  readonly blocks: Block[] = []
  /** In bytes, as RabbitMQ counts. */
  size = fileHeaderSize
  chunks = 0

  constructor(firstOffset: number) {
    this.firstOffset = firstOffset
  }

  /** The timestamp of its last chunk; 0 if it has none. */
  get lastTimestamp(): number {
    // The last block may be empty.
    return this.blocks.findLast(({ used }) => used > 0)?.lastTimestamp ?? 0
  }

  /** The timestamp of its first chunk; undefined if it has none. */
  get firstTimestamp(): number | undefined {
    const [block] = this.blocks
    return block === undefined || block.used === 0
      ? undefined
      : headerField.timestamp(block.view, 0)
  }

  /** The bytes that it takes in memory. */
  get memory(): number {
    return this.blocks.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }
}

/** Where a chunk starts, or where the next one will. */
export interface Position {
  readonly segment: Segment
  /** The index of the block. */
  readonly block: number
  /** The position in the block. */
  readonly at: number
}

/** The first chunk of a segment for which `isFound` returns true; undefined if there is none. */
export function findChunk(
  segment: Segment,
  firstBlock: number,
  isFound: (view: DataView, at: number) => boolean,
): Position | undefined {
  for (let block = firstBlock; block < segment.blocks.length; block++) {
    const found = segment.blocks[block]
    if (found === undefined) return undefined
    for (let at = 0; at < found.used; at = found.after(at))
      if (isFound(found.view, at)) return { segment, block, at }
  }
  return undefined
}
