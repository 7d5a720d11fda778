import { InternedStrings } from './interned-strings.ts'
import { decodeText } from './text.ts'

/** The bytes end too early, or are not what the protocol defines. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/** A short string in a method is not UTF-8. RabbitMQ has a special error text for this. */
export class MalformedTextError extends DecodeError {}

const strings = new InternedStrings()

/** Reads AMQP's primitive types from `bytes`, in network byte order. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  octet(): number {
    return this.#bytes[this.#advance(1)] ?? 0
  }

  signedOctet(): number {
    return this.#view(1).getInt8(0)
  }

  short(): number {
    const at = this.#advance(2)
    return ((this.#bytes[at] ?? 0) << 8) | (this.#bytes[at + 1] ?? 0)
  }

  signedShort(): number {
    return this.#view(2).getInt16(0)
  }

  long(): number {
    return this.short() * 0x1_0000 + this.short()
  }

  signedLong(): number {
    return this.#view(4).getInt32(0)
  }

  /** Exact up to 2 ** 53, which no counter reaches. */
  longlong(): number {
    return this.long() * 0x1_0000_0000 + this.long()
  }

  unsignedLonglong(): number | bigint {
    return narrow(this.#view(8).getBigUint64(0))
  }

  signedLonglong(): number | bigint {
    return narrow(this.#view(8).getBigInt64(0))
  }

  float(): number {
    return this.#view(4).getFloat32(0)
  }

  double(): number {
    return this.#view(8).getFloat64(0)
  }

  /** A short string in a method. It must be UTF-8. */
  shortstr(): string {
    const length = this.octet()
    const start = this.#advance(length)
    try {
      return strings.decode(this.#bytes, start, start + length)
    } catch {
      throw new MalformedTextError('Malformed UTF-8 in shortstr')
    }
  }

  /** A short string in a header or a table. It can contain any bytes. */
  shortText(): string {
    const length = this.octet()
    const start = this.#advance(length)
    return decodeText(this.#bytes, start, start + length)
  }

  /** The same, for a text that many messages contain, such as a name or a type. */
  repeatedText(): string {
    const start = this.#position
    try {
      return this.shortstr()
    } catch (error) {
      if (!(error instanceof MalformedTextError)) throw error
      this.#position = start
      return this.shortText()
    }
  }

  longstr(): string {
    const length = this.long()
    const start = this.#advance(length)
    return decodeText(this.#bytes, start, start + length)
  }

  /** The bytes of a long string, without copying them. */
  bytes(): Uint8Array {
    return this.take(this.long())
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** For rare types: creating a view takes longer than reading a typical method. */
  #view(length: number): DataView {
    const { buffer, byteOffset } = this.#bytes
    return new DataView(buffer, byteOffset + this.#advance(length), length)
  }

  #advance(length: number): number {
    const at = this.#position
    if (length > this.#bytes.length - at) throw new DecodeError('the bytes end too early')
    this.#position = at + length
    return at
  }
}

function narrow(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value
}
