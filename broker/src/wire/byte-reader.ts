import { InternedStrings } from './interned-strings.ts'
import { decodeText } from './text.ts'

/** The bytes end before the value does, or say something that the protocol does not know. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/** A short string of a method is not UTF-8; RabbitMQ has a text of its own for that. */
export class MalformedTextError extends DecodeError {}

const strings = new InternedStrings()

/** Reads AMQP's primitive types from `bytes`, in the order of the network. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  octet(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  signedOctet(): number {
    return this.#view.getInt8(this.#advance(1))
  }

  short(): number {
    return this.#view.getUint16(this.#advance(2))
  }

  signedShort(): number {
    return this.#view.getInt16(this.#advance(2))
  }

  long(): number {
    return this.#view.getUint32(this.#advance(4))
  }

  signedLong(): number {
    return this.#view.getInt32(this.#advance(4))
  }

  /** Exact up to 2 ** 53: no counter of ours gets there. */
  longlong(): number {
    const at = this.#advance(8)
    return this.#view.getUint32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4)
  }

  unsignedLonglong(): number | bigint {
    return narrow(this.#view.getBigUint64(this.#advance(8)))
  }

  signedLonglong(): number | bigint {
    return narrow(this.#view.getBigInt64(this.#advance(8)))
  }

  float(): number {
    return this.#view.getFloat32(this.#advance(4))
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8))
  }

  /** A short string of a method: UTF-8 or refused. */
  shortstr(): string {
    const length = this.octet()
    const start = this.#advance(length)
    try {
      return strings.decode(this.#bytes, start, start + length)
    } catch {
      throw new MalformedTextError('Malformed UTF-8 in shortstr')
    }
  }

  /** A short string of a header or a table: any bytes. */
  shortText(): string {
    const length = this.octet()
    const start = this.#advance(length)
    return decodeText(this.#bytes, start, start + length)
  }

  longstr(): string {
    const length = this.long()
    const start = this.#advance(length)
    return decodeText(this.#bytes, start, start + length)
  }

  /** The bytes of a long string, in the memory they came in. */
  bytes(): Uint8Array {
    return this.take(this.long())
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
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
