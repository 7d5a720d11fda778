import type { Segment } from './segment.ts'

/** How much of a log is kept. Undefined for no limit. */
export interface Retention {
  readonly maxBytes: number | undefined
  /** In milliseconds. */
  readonly maxAge: number | undefined
}

/**
 * How many of the oldest segments to remove: those beyond the size, and those whose last message is too
 * old. The last segment always stays.
 */
export function countExpired(
  segments: readonly Segment[],
  { maxBytes = Infinity, maxAge = Infinity }: Retention,
  now: number,
): number {
  let bytes = 0
  let firstKept = segments.length - 1
  for (let at = segments.length - 1; at >= 0; at--) {
    bytes += segments[at]?.size ?? 0
    if (bytes > maxBytes) break
    firstKept = at
  }
  while (firstKept < segments.length - 1 && isOlder(segments[firstKept], now - maxAge))
    firstKept += 1
  return Math.max(firstKept, 0)
}

function isOlder(segment: Segment | undefined, time: number): boolean {
  return segment !== undefined && segment.lastTimestamp < time
}
