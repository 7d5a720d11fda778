const slabSize = 16_384
/** Larger bodies get memory of their own, so that one that stays does not hold a slab of others. */
const largestInSlab = 1024

/**
 * Copies bodies out of the chunks of the socket, which are a hundred times larger than most of
 * them. Small ones share slabs: memory of its own for each costs more than the body.
 */
export class BodyStore {
  readonly empty = new Uint8Array(0)
  #slab = new Uint8Array(0)
  #used = 0

  keep(body: Uint8Array): Uint8Array {
    const { length } = body
    if (length > largestInSlab) return body.slice()
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

const firstCapacity = 65_536
const nothing = new Uint8Array(0)

/** A body in several parts. Its memory grows with what has come, not with what was announced. */
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

  /** All of it, once all has come. */
  get bytes(): Uint8Array {
    return this.#bytes
  }
}
