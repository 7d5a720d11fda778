import type { Batch } from '../../core/stream/chunk/chunk-format.ts'
import type { StreamQueue } from '../../core/queue/stream-queue.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { PublishReader } from '../wire/publish-reader.ts'

/** RabbitMQ's default limit for what a batch contains, in bytes. */
const largestBatch = 67_108_864
const lastCompression = 4
const publishingIdLength = 8
/** Each message of a batch has its length before it. */
const smallestRecord = 4

/** A publisher that a client has declared for a stream. */
export class Publisher {
  readonly id: number
  readonly stream: StreamQueue
  /** Its name, by which the broker recognizes duplicates; empty for none. */
  readonly reference: string
  /** How many messages and batches it has published, and how many of them are confirmed. */
  readonly counts = { published: 0, confirmed: 0 }
  /** The publishing ids of messages that are not confirmed yet. */
  readonly #unconfirmed = new ByteWriter(64)

  constructor(id: number, stream: StreamQueue, reference: string) {
    this.id = id
    this.stream = stream
    this.reference = reference
  }

  /** Writes the current entry of `reader`. Returns false if it is a batch that is refused. */
  write(reader: PublishReader): boolean {
    const { message, batch, publishingId, filterValue } = reader
    if (batch !== undefined && !isAcceptable(batch)) return false
    this.#unconfirmed.raw(reader.idBytes)
    const { log } = this.stream
    const { reference } = this
    if (reference !== '' && !log.advance(reference, publishingId)) return true
    if (message !== undefined) log.append([message], filterValue, reference)
    else if (batch !== undefined) log.appendBatch(batch, filterValue, reference)
    return true
  }

  /** Returns the publishing ids to confirm, and considers them confirmed. */
  takeUnconfirmed(): Uint8Array {
    const { length } = this.#unconfirmed
    this.counts.confirmed += length / publishingIdLength
    return this.#unconfirmed.detach(Math.min(length, 4096))
  }
}

function isAcceptable({ records, compression, uncompressedLength, data }: Batch): boolean {
  return (
    uncompressedLength <= largestBatch &&
    records > 0 &&
    records * smallestRecord <= uncompressedLength &&
    compression <= lastCompression &&
    (compression === 0 || data.length > 0)
  )
}
