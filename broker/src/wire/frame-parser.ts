import { frameEnd, frameOverhead, type Frame } from './frame.ts'

/** A frame is malformed. Where the next frame begins is unknown, so the stream cannot be read further. */
export class FrameParseError extends Error {
  override readonly name = 'FrameParseError'
  readonly frame: Frame

  constructor(message: string, frame: Frame) {
    super(message)
    this.frame = frame
  }
}

const headLength = 7

/**
 * Cuts a stream of bytes into frames, no matter how the stream is cut into chunks. Push a chunk, then
 * call `next` until it returns undefined.
 */
export class FrameParser {
  /** The largest frame, including the overhead of 8 octets; 0 for no limit. */
  frameMax: number
  #bytes: Uint8Array = new Uint8Array(0)
  #view = new DataView(this.#bytes.buffer)
  #position = 0
  #waiting: Uint8Array[] = []
  #waitingLength = 0
  #needed = headLength

  constructor(frameMax: number) {
    this.frameMax = frameMax
  }

  push(chunk: Uint8Array): void {
    this.#waiting.push(chunk)
    this.#waitingLength += chunk.length
  }

  /** The next frame; undefined if it is not complete yet. Throws a FrameParseError. */
  next(): Frame | undefined {
    if (this.#available() < this.#needed && !this.#refill()) return undefined
    const at = this.#position
    const type = this.#bytes[at] ?? 0
    const channel = this.#view.getUint16(at + 1)
    const size = this.#view.getUint32(at + 3)
    this.#checkSize(type, channel, size)
    this.#needed = size + frameOverhead
    if (this.#available() < this.#needed && !this.#refill()) return undefined
    return this.#cut(type, channel, size)
  }

  #cut(type: number, channel: number, size: number): Frame {
    const start = this.#position + headLength
    const end = start + size
    const frame = { type, channel, payload: this.#bytes.subarray(start, end) }
    const marker = this.#bytes[end]
    if (marker !== frameEnd)
      throw new FrameParseError(`{invalid_frame_end_marker,${marker}}`, frame)
    this.#position = end + 1
    this.#needed = headLength
    return frame
  }

  #checkSize(type: number, channel: number, size: number): void {
    // RabbitMQ accepts 8 octets more than agreed: not all clients count the overhead.
    if (this.frameMax === 0 || size <= this.frameMax) return
    const most = this.frameMax - frameOverhead
    const payload = new Uint8Array(0)
    throw new FrameParseError(`{frame_too_large,${size},${most}}`, { type, channel, payload })
  }

  #available(): number {
    return this.#bytes.length - this.#position
  }

  /** Appends the pushed chunks to the rest. Returns false if there are still too few bytes. */
  #refill(): boolean {
    const left = this.#available()
    if (left + this.#waitingLength < this.#needed) return false
    const [only] = this.#waiting
    if (left === 0 && this.#waiting.length === 1 && only !== undefined) this.#bytes = only
    else
      this.#bytes = join(this.#bytes.subarray(this.#position), this.#waiting, this.#waitingLength)
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    this.#position = 0
    this.#waiting = []
    this.#waitingLength = 0
    return true
  }
}

function join(head: Uint8Array, rest: readonly Uint8Array[], restLength: number): Uint8Array {
  const joined = new Uint8Array(head.length + restLength)
  joined.set(head)
  let at = head.length
  for (const chunk of rest) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}
