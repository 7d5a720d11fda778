import { ConnectionFault } from '../../protocol/faults.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { frameType, type Frame } from '../../wire/frame.ts'
import type { MethodName } from '../../wire/method-table.ts'
import type { MethodOf } from '../../wire/methods.ts'
import { GrowingBody, type BodyStore } from './body-store.ts'

const basicClass = 60

/** The largest body that RabbitMQ even counts; a smaller limit refuses it once it has come. */
const largestCountedBody = 536_870_912

export type PublishMethod = MethodOf<'basic.publish'>

/** A message as it came: the properties are not decoded yet. */
export interface Publication {
  readonly method: PublishMethod
  /** In the memory of the socket: to be copied, or decoded at once. */
  readonly properties: Uint8Array
  /** Undefined for a body that was larger than allowed, and is not kept. */
  readonly body: Uint8Array | undefined
  readonly size: number
}

interface Header {
  readonly size: number
  readonly properties: Uint8Array
  remaining: number
  /** Undefined where the body is too large and not kept. */
  readonly body: GrowingBody | undefined
}

/** Puts method, header and body frames of one channel together. */
export class ContentAssembler {
  readonly #bodies: BodyStore
  readonly #largest: number
  #method: PublishMethod | undefined
  #header: Header | undefined

  constructor(bodies: BodyStore, largest: number) {
    this.#bodies = bodies
    this.#largest = largest
  }

  /** The method whose content is on its way. */
  get pending(): MethodName | undefined {
    return this.#method?.name
  }

  begin(method: PublishMethod): void {
    this.#method = method
  }

  /** Throws unless a method is what has to come now. */
  expectMethod(): void {
    if (this.#method === undefined) return
    throw this.#header === undefined
      ? unexpected('expected content header for class 60, got non content header frame instead')
      : unexpected('expected content body, got non content body frame instead')
  }

  /** Takes a header or body frame; returns the message that it completes, if it does. */
  add(frame: Frame): Publication | undefined {
    if (this.#method === undefined)
      throw new ConnectionFault(
        'UNEXPECTED_FRAME',
        'expected method frame, got non method frame instead',
        { namesMethod: false },
      )
    if (this.#header === undefined) return this.#addHeader(this.#method, frame)
    if (frame.type !== frameType.body) this.expectMethod()
    return this.#addBody(this.#method, this.#header, frame.payload)
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
    if (size === 0) return this.#complete({ method, properties, body: this.#bodies.empty, size })
    // The body will come in other chunks: the properties must not keep this one alive.
    const kept = properties.slice()
    const body = size > this.#largest ? undefined : new GrowingBody(size)
    this.#header = { size, properties: kept, remaining: size, body }
    return undefined
  }

  #addBody(method: PublishMethod, header: Header, part: Uint8Array): Publication | undefined {
    if (part.length > header.remaining)
      throw new ConnectionFault('FRAME_ERROR', 'content body frame exceeds remaining content size')
    header.remaining -= part.length
    const { size, properties, body, remaining } = header
    if (body !== undefined && part.length === size)
      return this.#complete({ method, properties, body: this.#bodies.keep(part), size })
    body?.add(part)
    if (remaining > 0) return undefined
    return this.#complete({ method, properties, body: body?.bytes, size })
  }

  #complete(publication: Publication): Publication {
    this.#method = undefined
    this.#header = undefined
    return publication
  }
}

function unexpected(explanation: string): ConnectionFault {
  return new ConnectionFault('UNEXPECTED_FRAME', explanation)
}
