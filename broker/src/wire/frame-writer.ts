import type { MessageProperties } from '../protocol/properties.ts'
import { frameEnd, frameOverhead, frameType } from './frame.ts'
import type { MethodName } from './method-table.ts'
import { writeMethod, type MethodFields } from './methods.ts'
import { OutputBuffer } from './output-buffer.ts'
import { writeProperties } from './properties-codec.ts'

const basicClass = 60
/** A larger body is not copied: that would take longer than another write. */
const copyLimit = 4096

/** The content of a message to send. */
export interface OutgoingContent {
  readonly properties: MessageProperties
  /** The encoded properties, if they have not changed since they were received. */
  readonly encodedProperties: Uint8Array | undefined
  readonly body: Uint8Array
}

/** Writes frames, and returns them as chunks to send. */
export class FrameWriter {
  /** The largest frame, including its overhead; 0 for no limit. */
  frameMax = 0
  readonly #output = new OutputBuffer()
  readonly #writer = this.#output.writer

  /** The number of bytes that were written and not taken. */
  get length(): number {
    return this.#output.length
  }

  method<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): void {
    const size = this.#begin(frameType.method, channel)
    writeMethod(this.#writer, name, fields)
    this.#end(size)
  }

  /** The content header, and the body in as many frames as needed: none if it is empty. */
  content(channel: number, content: OutgoingContent): void {
    const { body, encodedProperties } = content
    const size = this.#begin(frameType.header, channel)
    this.#writer.short(basicClass)
    this.#writer.short(0)
    this.#writer.longlong(body.length)
    if (encodedProperties === undefined) writeProperties(this.#writer, content.properties)
    else this.#writer.raw(encodedProperties)
    this.#end(size)
    const most = this.frameMax === 0 ? body.length : this.frameMax - frameOverhead
    if (body.length <= most) {
      if (body.length > 0) this.#body(channel, body)
    } else {
      for (let at = 0; at < body.length; at += most)
        this.#body(channel, body.subarray(at, at + most))
    }
  }

  heartbeat(): void {
    this.#end(this.#begin(frameType.heartbeat, 0))
  }

  raw(bytes: Uint8Array): void {
    this.#writer.raw(bytes)
  }

  /** Takes the oldest chunks, up to the one that makes them at least `enough` bytes. Default: all. */
  take(enough?: number): Uint8Array[] {
    return this.#output.take(enough)
  }

  #body(channel: number, part: Uint8Array): void {
    if (part.length <= copyLimit) {
      const size = this.#begin(frameType.body, channel)
      this.#writer.raw(part)
      this.#end(size)
      return
    }
    this.#writer.octet(frameType.body)
    this.#writer.short(channel)
    this.#writer.long(part.length)
    this.#output.reference(part)
    this.#writer.octet(frameEnd)
  }

  #begin(type: number, channel: number): number {
    this.#writer.octet(type)
    this.#writer.short(channel)
    return this.#writer.beginLength()
  }

  #end(size: number): void {
    this.#writer.endLength(size)
    this.#writer.octet(frameEnd)
  }
}
