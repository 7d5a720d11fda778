import { crc32 } from 'node:zlib'

import { FieldReader } from './fields.ts'

/** An entry of a chunk: a message, or a batch that only clients can open. */
export type Entry =
  | { readonly offset: number; readonly message: Buffer }
  | {
      readonly offset: number
      readonly records: number
      readonly compression: number
      readonly uncompressedLength: number
      readonly data: Buffer
    }

/** A chunk as it is delivered. */
export interface Chunk {
  readonly magicAndVersion: number
  readonly type: number
  readonly records: number
  readonly timestamp: number
  readonly epoch: number
  readonly firstOffset: number
  readonly filterSize: number
  readonly trailerLength: number
  readonly entries: readonly Entry[]
  /** Bytes after the entries. */
  readonly rest: number
}

/** Throws if the checksum is wrong. */
export function readChunk(bytes: Buffer): Chunk {
  const reader = new FieldReader(bytes)
  const [magicAndVersion, type] = [reader.uint8(), reader.uint8()]
  const [count, records] = [reader.uint16(), reader.uint32()]
  const [timestamp, epoch, firstOffset] = [reader.uint64(), reader.uint64(), reader.uint64()]
  const [checksum, dataLength, trailerLength] = [reader.uint32(), reader.uint32(), reader.uint32()]
  const filterSize = reader.uint8()
  reader.raw(3)
  const data = reader.raw(dataLength)
  if (crc32(data) !== checksum) throw new Error('the checksum of a chunk is wrong')
  const entries = readEntries(new FieldReader(data), count, firstOffset)
  const about = { magicAndVersion, type, records, timestamp, epoch, firstOffset }
  return { ...about, filterSize, trailerLength, entries, rest: reader.remaining }
}

function readEntries(reader: FieldReader, count: number, firstOffset: number): Entry[] {
  const entries: Entry[] = []
  let offset = firstOffset
  while (entries.length < count) {
    const entry = readEntry(reader, offset)
    entries.push(entry)
    offset += 'records' in entry ? entry.records : 1
  }
  if (reader.remaining > 0) throw new Error('a chunk has more bytes than entries')
  return entries
}

function readEntry(reader: FieldReader, offset: number): Entry {
  const first = reader.uint8()
  if (first < 0x80) {
    const length = (first << 24) | (reader.uint8() << 16) | reader.uint16()
    return { offset, message: reader.raw(length) }
  }
  const [records, uncompressedLength] = [reader.uint16(), reader.uint32()]
  const data = reader.raw(reader.uint32())
  return { offset, records, compression: (first >> 4) & 7, uncompressedLength, data }
}
