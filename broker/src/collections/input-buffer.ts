/** Bytes that arrive in chunks. A reader asks for as many as it needs, and finds them in one piece. */
export class InputBuffer {
  bytes: Uint8Array = new Uint8Array(0)
  view = new DataView(this.bytes.buffer)
  /** Where the next byte to read is in `bytes`. The reader moves it. */
  position = 0
  readonly #waiting: Uint8Array[] = []
  #waitingLength = 0

  push(chunk: Uint8Array): void {
    this.#waiting.push(chunk)
    this.#waitingLength += chunk.length
  }

  /** Whether that many bytes have arrived; if so, they are in `bytes`. */
  has(needed: number): boolean {
    return this.#available() >= needed || this.#refill(needed)
  }

  #available(): number {
    return this.bytes.length - this.position
  }

  /** Continues with the next chunk. Returns false if too few bytes have arrived. */
  #refill(needed: number): boolean {
    const left = this.#available()
    if (left + this.#waitingLength < needed) return false
    const next = left === 0 ? this.#waiting[0] : undefined
    if (next !== undefined && next.length >= needed) {
      this.#waiting.shift()
      this.#waitingLength -= next.length
      this.bytes = next
    } else this.bytes = this.#join(needed)
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    this.position = 0
    return true
  }

  /** Copies the rest, and no more of the chunks than needed: what is left of them need not be copied. */
  #join(needed: number): Uint8Array {
    const joined = new Uint8Array(needed)
    const head = this.bytes.subarray(this.position)
    joined.set(head)
    let [at, used] = [head.length, 0]
    for (const chunk of this.#waiting) {
      const part = chunk.subarray(0, needed - at)
      joined.set(part, at)
      at += part.length
      if (part.length < chunk.length) {
        this.#waiting[used] = chunk.subarray(part.length)
        break
      }
      used += 1
    }
    this.#waiting.splice(0, used)
    this.#waitingLength -= needed - head.length
    return joined
  }
}
