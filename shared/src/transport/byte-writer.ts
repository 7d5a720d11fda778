/** Longer texts are faster with Node's encoder. */
const longestLoop = 64

/** Writes AMQP's types into memory, which it uses again after `clear` unless it had to grow. */
export class ByteWriter {
  readonly #initial: Buffer<ArrayBuffer>
  #bytes: Buffer<ArrayBuffer>
  #length = 0

  constructor(size: number) {
    this.#initial = Buffer.allocUnsafeSlow(size)
    this.#bytes = this.#initial
  }

  get length(): number {
    return this.#length
  }

  /** What was written since `clear`: valid until the next one, unless the memory had to grow. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  clear(): void {
    this.#bytes = this.#initial
    this.#length = 0
  }

  octet(value: number): void {
    const at = this.#reserve(1)
    this.#bytes.writeUInt8(value, at)
  }

  letter(letter: string): void {
    this.octet(letter.charCodeAt(0))
  }

  short(value: number): void {
    const at = this.#reserve(2)
    this.#bytes.writeUInt16BE(value, at)
  }

  long(value: number): void {
    const at = this.#reserve(4)
    this.#bytes.writeUInt32BE(value, at)
  }

  longlong(value: bigint): void {
    const at = this.#reserve(8)
    this.#bytes.writeBigUInt64BE(value, at)
  }

  signedOctet(value: number): void {
    const at = this.#reserve(1)
    this.#bytes.writeInt8(value, at)
  }

  signedShort(value: number): void {
    const at = this.#reserve(2)
    this.#bytes.writeInt16BE(value, at)
  }

  signedLong(value: number): void {
    const at = this.#reserve(4)
    this.#bytes.writeInt32BE(value, at)
  }

  signedLonglong(value: bigint): void {
    const at = this.#reserve(8)
    this.#bytes.writeBigInt64BE(value, at)
  }

  float(value: number): void {
    const at = this.#reserve(4)
    this.#bytes.writeFloatBE(value, at)
  }

  double(value: number): void {
    const at = this.#reserve(8)
    this.#bytes.writeDoubleBE(value, at)
  }

  /** A text of at most 255 bytes. */
  shortString(text: string): void {
    const at = this.#reserve(1)
    this.#text(text)
    this.#bytes.writeUInt8(this.#length - at - 1, at)
  }

  longString(text: string): void {
    const at = this.beginLength()
    this.#text(text)
    this.endLength(at)
  }

  bytes(bytes: Uint8Array): void {
    this.long(bytes.length)
    const at = this.#reserve(bytes.length)
    this.#bytes.set(bytes, at)
  }

  /** Reserves four bytes for a length, which `endLength` writes. */
  beginLength(): number {
    return this.#reserve(4)
  }

  endLength(at: number): void {
    this.#bytes.writeUInt32BE(this.#length - at - 4, at)
  }

  /** Writes over what is at `at`. */
  setShort(at: number, value: number): void {
    this.#bytes.writeUInt16BE(value, at)
  }

  #text(text: string): void {
    if (text.length <= longestLoop && this.#tryAscii(text)) return
    const at = this.#reserve(Buffer.byteLength(text))
    this.#bytes.write(text, at)
  }

  /** Returns false, and has written nothing, if there are other characters. */
  #tryAscii(text: string): boolean {
    const at = this.#reserve(text.length)
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7f) {
        this.#length = at
        return false
      }
      this.#bytes[at + i] = code
    }
    return true
  }

  /** Returns where the reserved bytes are. It may replace `#bytes`. */
  #reserve(size: number): number {
    const at = this.#length
    const end = at + size
    if (end > this.#bytes.length) this.#grow(end)
    this.#length = end
    return at
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length))
    larger.set(this.written)
    this.#bytes = larger
  }
}
