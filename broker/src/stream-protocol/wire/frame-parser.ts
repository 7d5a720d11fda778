import { InputBuffer } from '../../collections/input-buffer.ts'

/** The client announced a frame that is larger than agreed. The stream cannot be read further. */
export class FrameTooLargeError extends Error {
  override readonly name = 'FrameTooLargeError'
}

/** A frame of a client, without its size. */
export interface IncomingFrame {
  readonly payload: Uint8Array
  /** The rest of the work, if the frame takes so long that others should get their turn in between. */
  continuation: (() => void) | undefined
}

const sizeLength = 4

/**
 * Cuts a stream of bytes into frames. Push a chunk, then call `next` until it returns undefined. It
 * returns the same frame again until that has no continuation.
 */
export class StreamFrameParser {
  /** The largest frame, without its size; 0 for no limit. */
  frameMax: number
  readonly #input = new InputBuffer()
  #current: IncomingFrame | undefined
  #isBroken = false

  constructor(frameMax: number) {
    this.frameMax = frameMax
  }

  push(chunk: Uint8Array): void {
    if (!this.#isBroken) this.#input.push(chunk)
  }

  /** Undefined if the frame is not complete yet. Throws a FrameTooLargeError. */
  next(): IncomingFrame | undefined {
    if (this.#current?.continuation !== undefined) return this.#current
    const input = this.#input
    if (this.#isBroken || !input.has(sizeLength)) return undefined
    const size = input.view.getUint32(input.position)
    this.#checkSize(size)
    if (!input.has(sizeLength + size)) return undefined
    const start = input.position + sizeLength
    input.position = start + size
    const payload = input.bytes.subarray(start, start + size)
    this.#current = { payload, continuation: undefined }
    return this.#current
  }

  #checkSize(size: number): void {
    if (this.frameMax === 0 || size <= this.frameMax) return
    this.#isBroken = true
    throw new FrameTooLargeError(`a frame has ${size} bytes, and the limit is ${this.frameMax}`)
  }
}
