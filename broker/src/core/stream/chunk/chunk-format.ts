/**
 * A chunk: what was written to a log at the same time. Its bytes are those that the stream protocol
 * delivers, so a reader needs no copy of them. After a header of 48 bytes come its entries. Integers are
 * big-endian.
 *
 * | at | bytes | field                                       |
 * | -- | ----- | ------------------------------------------- |
 * | 0  | 1     | magic 5, version 0                          |
 * | 1  | 1     | type                                        |
 * | 2  | 2     | number of entries                           |
 * | 4  | 4     | number of records: a batch has several      |
 * | 8  | 8     | timestamp in milliseconds                   |
 * | 16 | 8     | epoch: which leader wrote it                |
 * | 24 | 8     | chunk id: the offset of the first record    |
 * | 32 | 4     | checksum of the entries                     |
 * | 36 | 4     | length of the entries                       |
 * | 40 | 4     | length of the trailer, which is not sent    |
 * | 44 | 1     | size of the filter                          |
 *
 * An entry is one message, preceded by its length, or a batch whose messages only clients can separate.
 */
export const headerSize = 48
export const entryHeaderSize = 4
export const batchHeaderSize = 11

/** Only user chunks contain messages. Readers skip the others, but these take an offset as well. */
export const chunkType = { user: 0, trackingDelta: 1, trackingSnapshot: 2 } as const
export type ChunkType = (typeof chunkType)[keyof typeof chunkType]

/** Several records that a client put into one entry, perhaps compressed. */
export interface Batch {
  readonly records: number
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly compression: number
  readonly uncompressedLength: number
  readonly data: Uint8Array
}

export interface ChunkHeader {
  readonly type: ChunkType
  readonly entries: number
  readonly records: number
  readonly timestamp: number
  readonly firstOffset: number
  readonly checksum: number
  readonly dataLength: number
  readonly trailerLength: number
  readonly filterSize: number
}

const magicAndVersion = 0x50
/** The only node is the leader from the beginning. */
const epoch = 1

export function writeHeader(view: DataView, at: number, header: ChunkHeader): void {
  view.setUint8(at, magicAndVersion)
  view.setUint8(at + 1, header.type)
  view.setUint16(at + 2, header.entries)
  view.setUint32(at + 4, header.records)
  setUint64(view, at + 8, header.timestamp)
  setUint64(view, at + 16, epoch)
  setUint64(view, at + 24, header.firstOffset)
  view.setUint32(at + 32, header.checksum)
  view.setUint32(at + 36, header.dataLength)
  view.setUint32(at + 40, header.trailerLength)
  view.setUint32(at + 44, header.filterSize * 0x100_0000)
}

/** Reads single fields of the header that starts at `at`. */
export const headerField = {
  isUser: (view: DataView, at: number) => view.getUint8(at + 1) === chunkType.user,
  entries: (view: DataView, at: number) => view.getUint16(at + 2),
  records: (view: DataView, at: number) => view.getUint32(at + 4),
  timestamp: (view: DataView, at: number) => getUint64(view, at + 8),
  firstOffset: (view: DataView, at: number) => getUint64(view, at + 24),
  dataLength: (view: DataView, at: number) => view.getUint32(at + 36),
  filterSize: (view: DataView, at: number) => view.getUint8(at + 44),
}

/** Exact up to 2 ** 53. */
function getUint64(view: DataView, at: number): number {
  return view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4)
}

function setUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 0x1_0000_0000))
  view.setUint32(at + 4, value % 0x1_0000_0000)
}
