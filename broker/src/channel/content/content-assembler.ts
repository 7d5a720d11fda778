import { ConnectionFault } from '../../protocol/faults.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { frameType, type Frame } from '../../wire/frame.ts'
import type { MethodName } from '../../wire/method-table.ts'
import type { MethodOf } from '../../wire/methods.ts'
import { GrowingBody, type BodyStore } from './body-store.ts'

const basicClass = 60

/** RabbitMQ refuses larger bodies by their header, and smaller ones only when they are complete. */
const largestCountedBody = 536_870_912

export type PublishMethod = MethodOf<'basic.publish'>

/** basic.publish with its content. The properties are not decoded yet. */
export interface Publication {
  readonly method: PublishMethod
  /** In the memory of the socket: copy or decode them at once. */
  readonly properties: Uint8Array
  /** Undefined if the body is larger than allowed: then it is not stored. */
  readonly body: Uint8Array | undefined
  readonly size: number
}

interface Header {
  readonly size: number
  readonly properties: Uint8Array
  /** Bytes of the body that are still missing. */
  remaining: number
  /** For a body in several frames. */
  body: GrowingBody | undefined
}

/** Assembles the method, header and body frames of one channel to a message. */
export class ContentAssembler {
  readonly #bodies: BodyStore
  readonly #maxMessageSize: number
  #method: PublishMethod | undefined
  #header: Header | undefined

  constructor(bodies: BodyStore, maxMessageSize: number) {
    this.#bodies = bodies
    this.#maxMessageSize = maxMessageSize
  }

  /** The method whose content is not complete yet. */
  get pending(): MethodName | undefined {
    return this.#method?.name
  }

  begin(method: PublishMethod): void {
    this.#method = method
  }

  /** Throws if a content frame must come next. */
  expectMethod(): void {
    if (this.#method === undefined) return
    throw this.#header === undefined
      ? unexpected('expected content header for class 60, got non content header frame instead')
      : unexpected('expected content body, got non content body frame instead')
  }

  /** Adds a header or body frame. Returns the message if it is complete. */
  add(frame: Frame): Publication | undefined {
    if (this.#method === undefined)
      throw new ConnectionFault(
        'UNEXPECTED_FRAME',
        'expected method frame, got non method frame instead',
        { namesMethod: false },
      )
    const publication =
      this.#header === undefined
        ? this.#addHeader(this.#method, frame)
        : this.#addBody(this.#method, this.#header, frame)
    if (publication === undefined) return undefined
    this.#method = undefined
    this.#header = undefined
    return publication
  }

  #addHeader(method: PublishMethod, frame: Frame): Publication | undefined {
    if (frame.type !== frameType.header) this.expectMethod()
    const reader = new ByteReader(frame.payload)
    const classId = reader.short()
    const weight = reader.short()
    const size = reader.longlong()
    if (weight !== 0) this.expectMethod()
    if (classId !== basicClass)
      throw unexpected(`expected content header for class 60, got one for class ${classId} instead`)
    if (size > largestCountedBody)
      throw new ConnectionFault(
        'FRAME_ERROR',
        `content body size ${size} exceeds maximum allowed size ${largestCountedBody}`,
      )
    const properties = reader.take(reader.remaining)
    if (size === 0) return { method, properties, body: this.#bodies.empty, size }
    // The body may arrive in other chunks, and the properties must not keep this chunk in memory.
    const copy = properties.slice()
    this.#header = { size, properties: copy, remaining: size, body: undefined }
    return undefined
  }

  #addBody(method: PublishMethod, header: Header, frame: Frame): Publication | undefined {
    if (frame.type !== frameType.body) this.expectMethod()
    const part = frame.payload
    if (part.length > header.remaining)
      throw new ConnectionFault('FRAME_ERROR', 'content body frame exceeds remaining content size')
    header.remaining -= part.length
    const { size, properties, remaining } = header
    if (size <= this.#maxMessageSize) {
      if (part.length === size) return { method, properties, body: this.#bodies.keep(part), size }
      header.body ??= new GrowingBody(size)
      header.body.add(part)
    }
    if (remaining > 0) return undefined
    return { method, properties, body: header.body?.bytes, size }
  }
}

function unexpected(explanation: string): ConnectionFault {
  return new ConnectionFault('UNEXPECTED_FRAME', explanation)
}
