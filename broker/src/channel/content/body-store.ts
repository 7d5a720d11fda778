import { frameOverhead } from '../../wire/frame.ts'

const slabSize = 16_384
/** A larger body gets memory of its own, so that one message does not keep a slab in memory. */
const largestInSlab = 1024

/**
 * Copies bodies out of the chunks of the socket, which are a hundred times larger than most bodies.
 * Small bodies share slabs, because an array of its own takes more memory than the body. A large body
 * that arrived in several chunks is in memory of its own already.
 */
export class BodyStore {
  readonly empty = new Uint8Array(0)
  #slab = new Uint8Array(0)
  #used = 0

  keep(body: Uint8Array): Uint8Array {
    const { length } = body
    if (length > largestInSlab) return isAlone(body) ? body : body.slice()
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Uint8Array(slabSize)
      this.#used = 0
    }
    const start = this.#used
    this.#slab.set(body, start)
    this.#used += length
    return this.#slab.subarray(start, start + length)
  }
}

/** Whether nothing but its frame is in the same memory. */
function isAlone({ length, buffer }: Uint8Array): boolean {
  return length + frameOverhead === buffer.byteLength
}

const firstCapacity = 65_536
const nothing = new Uint8Array(0)

/** A body in several parts. It takes memory for what was received, not for what was announced. */
export class GrowingBody {
  readonly size: number
  #bytes = nothing
  #length = 0

  constructor(size: number) {
    this.size = size
  }

  add(part: Uint8Array): void {
    const needed = this.#length + part.length
    if (needed > this.#bytes.length) {
      const capacity = Math.max(needed, this.#bytes.length * 2, firstCapacity)
      const larger = new Uint8Array(Math.min(this.size, capacity))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(part, this.#length)
    this.#length = needed
  }

  /** The whole body, after the last part. */
  get bytes(): Uint8Array {
    return this.#bytes
  }
}
