import type { LogReader } from '../../../src/core/stream/log/log-reader.ts'
import { RecordReader } from '../../../src/core/stream/log/record-reader.ts'
import { StreamLog, type StreamLogOptions } from '../../../src/core/stream/log/stream-log.ts'
import { ManualClock } from '../../support/manual-clock.ts'

export interface TestLog {
  readonly log: StreamLog
  readonly clock: ManualClock
  /** The bytes that it has reported. */
  readonly memory: () => number
}

export function testLog(options: Partial<StreamLogOptions> = {}): TestLog {
  const clock = new ManualClock()
  let taken = 0
  const log = new StreamLog({
    clock,
    retention: { maxBytes: undefined, maxAge: undefined },
    maxSegmentSize: 500_000_000,
    filterSize: 16,
    onMemory: (change) => (taken += change),
    ...options,
  })
  return { log, clock, memory: () => taken }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function bytes(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Appends each body to a chunk of its own, if `chunks` is true. */
export async function write(
  log: StreamLog,
  contents: Iterable<string>,
  { chunks = false, filter = '' } = {},
): Promise<void> {
  for (const body of contents) {
    log.append([bytes(body)], filter)
    if (chunks) await turn()
  }
  await turn()
}

/** Resolves when the current turn of the event loop has been committed. */
export async function turn(): Promise<void> {
  await Promise.resolve()
}

/** Reads to the end: `0 first`, `1 second`. */
export function records(reader: LogReader, firstOffset?: number): string[] {
  const found: string[] = []
  const each = new RecordReader(reader, firstOffset)
  for (let next = each.next(); next !== undefined; next = each.next())
    found.push(`${next.offset} ${decoder.decode(next.message)}`)
  return found
}

/** The bodies `PREFIX0`, `PREFIX1` and so on. */
export function bodies(count: number, prefix = 'm'): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`)
}
