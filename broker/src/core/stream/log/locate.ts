import { headerField } from '../chunk/chunk-format.ts'
import type { OffsetSpec } from './offset-spec.ts'
import { findChunk, type Position, type Segment } from './segment.ts'

export interface LogExtent {
  readonly segments: readonly Segment[]
  readonly lastUserChunk: Position | undefined
  readonly nextOffset: number
}

export interface Start {
  readonly position: Position
  /** The offset of the chunk at this position. */
  readonly nextOffset: number
}

/** Where a reader finds its first chunk. */
export function locate(start: OffsetSpec, log: LogExtent): Start {
  const found = find(start, log)
  if (found === undefined) return { position: endOf(log), nextOffset: log.nextOffset }
  const block = found.segment.blocks[found.block]
  const nextOffset =
    block === undefined ? log.nextOffset : headerField.firstOffset(block.view, found.at)
  return { position: found, nextOffset }
}

function find(start: OffsetSpec, log: LogExtent): Position | undefined {
  if (start === 'next') return undefined
  if (start === 'first') return findOffset(0, log)
  if (start === 'last') {
    const last = log.lastUserChunk
    return last !== undefined && log.segments.includes(last.segment) ? last : undefined
  }
  return 'offset' in start ? findOffset(start.offset, log) : findTimestamp(start.timestamp, log)
}

/** The chunk with the record `offset`, or the first one if the record is no longer there. */
function findOffset(offset: number, { segments, nextOffset }: LogExtent): Position | undefined {
  if (offset >= nextOffset) return undefined
  const segment = segments.findLast(({ firstOffset }) => firstOffset <= offset) ?? segments[0]
  if (segment === undefined) return undefined
  const block = segment.blocks.findLastIndex(({ firstOffset }) => firstOffset <= offset)
  return findChunk(
    segment,
    Math.max(block, 0),
    (view, at) => headerField.firstOffset(view, at) + headerField.records(view, at) > offset,
  )
}

function findTimestamp(timestamp: number, { segments }: LogExtent): Position | undefined {
  const segment = segments.find(({ lastTimestamp }) => lastTimestamp >= timestamp)
  if (segment === undefined) return undefined
  const block = segment.blocks.findIndex(({ lastTimestamp }) => lastTimestamp >= timestamp)
  return findChunk(segment, block, (view, at) => headerField.timestamp(view, at) >= timestamp)
}

function endOf({ segments }: LogExtent): Position {
  const segment = segments.at(-1)
  if (segment === undefined) throw new Error('the log is closed')
  const block = Math.max(segment.blocks.length - 1, 0)
  return { segment, block, at: segment.blocks[block]?.used ?? 0 }
}
