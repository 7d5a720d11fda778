/** Bytes that arrive in chunks. A reader asks for as many as it needs, and finds them in one piece. */
export class InputBuffer {
  bytes: Uint8Array = new Uint8Array(0)
  view = new DataView(this.bytes.buffer)
  /** Where the next byte to read is in `bytes`. The reader moves it. */
  position = 0
  #waiting: Uint8Array[] = []
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

  /** Appends the pushed chunks to the rest. Returns false if there are still too few bytes. */
  #refill(needed: number): boolean {
    const left = this.#available()
    if (left + this.#waitingLength < needed) return false
    const [only] = this.#waiting
    if (left === 0 && this.#waiting.length === 1 && only !== undefined) this.bytes = only
    else this.bytes = join(this.bytes.subarray(this.position), this.#waiting, this.#waitingLength)
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    this.position = 0
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
