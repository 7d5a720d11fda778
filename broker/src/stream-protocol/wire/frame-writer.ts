import type { Chunk } from '../../core/stream/chunk/chunk.ts'
import type { ByteWriter } from '../../wire/byte-writer.ts'
import { OutputBuffer } from '../../wire/output-buffer.ts'
import { encodeText } from '../../wire/text.ts'
import { commandKey, responseBit, responseCode } from './commands.ts'

/** A larger chunk is not copied: that would take longer than another write. */
const copyLimit = 4096
const headLength = 4

export type WriteFields = (to: ByteWriter) => void

/** A response: its code and what follows the code. */
export interface Response {
  /** Undefined for the only response that has none, which is that of metadata. */
  readonly code: number | undefined
  readonly write?: WriteFields
}

/** Writes frames of the stream protocol. */
export class StreamFrameWriter {
  readonly #output = new OutputBuffer()
  readonly #writer = this.#output.writer

  get length(): number {
    return this.#output.length
  }

  take(enough?: number): Uint8Array[] {
    return this.#output.take(enough)
  }

  heartbeat(): void {
    this.command(commandKey.heartbeat, () => {})
  }

  response(key: number, correlationId: number, { code, write }: Response): void {
    this.command(key | responseBit, (to) => {
      to.long(correlationId)
      if (code !== undefined) to.short(code)
      write?.(to)
    })
  }

  /** Anything that is not a response with a correlation id. */
  command(key: number, write: WriteFields, version = 1): void {
    const writer = this.#writer
    const size = writer.beginLength()
    writer.short(key)
    writer.short(version)
    write(writer)
    writer.endLength(size)
  }

  /** `publishingIds` as the client sent them, eight bytes each. */
  confirm(publisherId: number, publishingIds: Uint8Array): void {
    this.command(commandKey.publishConfirm, (to) => {
      to.octet(publisherId)
      to.long(publishingIds.length / 8)
      to.raw(publishingIds)
    })
  }

  publishError(publisherId: number, publishingIds: readonly Uint8Array[], code: number): void {
    this.command(commandKey.publishError, (to) => {
      to.octet(publisherId)
      to.long(publishingIds.length)
      for (const id of publishingIds) {
        to.raw(id)
        to.short(code)
      }
    })
  }

  /** Sends a chunk, with the last chunk of the log for clients that know version 2 of the command. */
  deliver(subscriptionId: number, { bytes }: Chunk, lastChunkId: number | undefined): void {
    const writer = this.#writer
    const isNew = lastChunkId !== undefined
    writer.long(headLength + 1 + (isNew ? 8 : 0) + bytes.length)
    writer.short(commandKey.deliver)
    writer.short(isNew ? 2 : 1)
    writer.octet(subscriptionId)
    if (isNew) writer.longlong(lastChunkId)
    if (bytes.length <= copyLimit) writer.raw(bytes)
    else this.#output.reference(bytes)
  }

  metadataUpdate(stream: string): void {
    this.command(commandKey.metadataUpdate, (to) => {
      to.short(responseCode.streamNotAvailable)
      writeString(to, stream)
    })
  }
}

export function writeString(to: ByteWriter, text: string): void {
  const bytes = encodeText(text)
  to.short(bytes.length)
  to.raw(bytes)
}

export function writeStrings(to: ByteWriter, texts: readonly string[]): void {
  to.long(texts.length)
  for (const text of texts) writeString(to, text)
}

export function writeMap(to: ByteWriter, map: Readonly<Record<string, string>>): void {
  const entries = Object.entries(map)
  to.long(entries.length)
  for (const [name, value] of entries) {
    writeString(to, name)
    writeString(to, value)
  }
}
