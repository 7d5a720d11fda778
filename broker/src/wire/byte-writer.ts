import { encodeText } from './text.ts'

/** Writes AMQP's primitive types into memory that grows as needed. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  /** The bytes written since the last `detach`, in the writer's own memory. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Returns the bytes, and continues in new memory of `capacity` bytes. */
  detach(capacity: number): Uint8Array {
    const written = this.written
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
    this.#length = 0
    return written
  }

  /** Continues at the beginning of its memory, over what `written` has returned. */
  clear(): void {
    this.#length = 0
  }

  octet(value: number): void {
    const at = this.#grow(1)
    this.#view.setUint8(at, value)
  }

  short(value: number): void {
    const at = this.#grow(2)
    this.#view.setUint16(at, value)
  }

  long(value: number): void {
    const at = this.#grow(4)
    this.#view.setUint32(at, value)
  }

  longlong(value: number): void {
    const at = this.#grow(8)
    this.#view.setUint32(at, Math.floor(value / 0x1_0000_0000))
    this.#view.setUint32(at + 4, value % 0x1_0000_0000)
  }

  longlongOf(value: number | bigint): void {
    const at = this.#grow(8)
    this.#view.setBigInt64(at, BigInt.asIntN(64, BigInt(value)))
  }

  float(value: number): void {
    const at = this.#grow(4)
    this.#view.setFloat32(at, value)
  }

  double(value: number): void {
    const at = this.#grow(8)
    this.#view.setFloat64(at, value)
  }

  /** Cuts the text to 255 bytes. Only texts of the broker itself can be longer. */
  shortstr(text: string): void {
    const length = text.length
    if (length < 128 && this.#ascii(text)) return
    const bytes = encodeText(text).subarray(0, 255)
    this.octet(bytes.length)
    this.raw(bytes)
  }

  longstr(text: string): void {
    this.bytes(encodeText(text))
  }

  bytes(bytes: Uint8Array): void {
    this.long(bytes.length)
    this.raw(bytes)
  }

  raw(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length)
    this.#bytes.set(bytes, at)
  }

  /** Reserves four bytes for a length that `endLength` writes. */
  beginLength(): number {
    return this.#grow(4)
  }

  endLength(at: number): void {
    this.#view.setUint32(at, this.#length - at - 4)
  }

  /** Inserts zeros before what was written from `at` on. */
  insert(at: number, count: number): void {
    const end = this.#grow(count)
    this.#bytes.copyWithin(at + count, at, end)
    this.#bytes.fill(0, at, at + count)
  }

  /** Writes over what is at `at`. */
  setOctet(at: number, value: number): void {
    this.#view.setUint8(at, value)
  }

  setLong(at: number, value: number): void {
    this.#view.setUint32(at, value)
  }

  #ascii(text: string): boolean {
    const start = this.#grow(text.length + 1)
    this.#bytes[start] = text.length
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7f) {
        this.#length = start
        return false
      }
      this.#bytes[start + 1 + i] = code
    }
    return true
  }

  /** Reserves bytes. Call it before you use `#bytes` or `#view`, because it may replace them. */
  #grow(by: number): number {
    const at = this.#length
    const needed = at + by
    if (needed > this.#bytes.length) this.#enlarge(needed)
    this.#length = needed
    return at
  }

  #enlarge(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.written)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}
