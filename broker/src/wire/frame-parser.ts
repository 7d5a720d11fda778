import { frameEnd, frameOverhead, type Frame } from './frame.ts'
import { InputBuffer } from '../collections/input-buffer.ts'

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
  readonly #input = new InputBuffer()
  #needed = headLength

  constructor(frameMax: number) {
    this.frameMax = frameMax
  }

  push(chunk: Uint8Array): void {
    this.#input.push(chunk)
  }

  /** The next frame; undefined if it is not complete yet. Throws a FrameParseError. */
  next(): Frame | undefined {
    const input = this.#input
    if (!input.has(this.#needed)) return undefined
    const { bytes, view, position: at } = input
    const type = bytes[at] ?? 0
    const channel = view.getUint16(at + 1)
    const size = view.getUint32(at + 3)
    this.#checkSize(type, channel, size)
    this.#needed = size + frameOverhead
    return input.has(this.#needed) ? this.#cut(type, channel, size) : undefined
  }

  #cut(type: number, channel: number, size: number): Frame {
    const { bytes, position } = this.#input
    const start = position + headLength
    const end = start + size
    const frame = { type, channel, payload: bytes.subarray(start, end) }
    const marker = bytes[end]
    if (marker !== frameEnd)
      throw new FrameParseError(`{invalid_frame_end_marker,${marker}}`, frame)
    this.#input.position = end + 1
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
}
