/** Writes the fields of a frame. */
export class FieldWriter {
  readonly #parts: Buffer[] = []

  get bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }

  raw(bytes: Buffer): this {
    this.#parts.push(bytes)
    return this
  }

  uint8(value: number): this {
    return this.raw(Buffer.from([value]))
  }

  uint16(value: number): this {
    return this.raw(Buffer.from([value >> 8, value & 255]))
  }

  uint32(value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return this.raw(bytes)
  }

  uint64(value: number | bigint): this {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)))
    return this.raw(bytes)
  }

  string(text: string): this {
    const bytes = Buffer.from(text)
    return this.uint16(bytes.length).raw(bytes)
  }

  binary(bytes: Buffer): this {
    return this.uint32(bytes.length).raw(bytes)
  }

  strings(texts: readonly string[]): this {
    this.uint32(texts.length)
    for (const text of texts) this.string(text)
    return this
  }

  map(entries: Readonly<Record<string, string>>): this {
    this.uint32(Object.keys(entries).length)
    for (const [name, value] of Object.entries(entries)) this.string(name).string(value)
    return this
  }
}

/** Reads the fields of a frame. */
export class FieldReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#advance(1))
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2))
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4))
  }

  /** Numbers in tests are small. */
  uint64(): number {
    return Number(this.#bytes.readBigUInt64BE(this.#advance(8)))
  }

  string(): string {
    return this.raw(this.uint16()).toString()
  }

  raw(length: number): Buffer {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.uint32() }, read)
  }

  strings(): string[] {
    return this.list(() => this.string())
  }

  map(): Record<string, string> {
    return Object.fromEntries(this.list(() => [this.string(), this.string()] as const))
  }

  #advance(by: number): number {
    const at = this.#at
    this.#at += by
    if (this.#at > this.#bytes.length) throw new RangeError('the frame is too short')
    return at
  }
}
