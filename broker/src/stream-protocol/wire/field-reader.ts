import { ByteReader, DecodeError } from '../../wire/byte-reader.ts'
import { decodeText } from '../../wire/text.ts'

/** Reads the fields of a command. Throws a DecodeError if they end too early. */
export class FieldReader extends ByteReader {
  /** A string of the stream protocol, which has a length of two bytes. */
  string(): string {
    const length = this.short()
    return decodeText(this.take(length), 0, length)
  }

  strings(): readonly string[] {
    return this.#list(() => this.string())
  }

  map(): ReadonlyMap<string, string> {
    return new Map(this.#list(() => [this.string(), this.string()] as const))
  }

  /** A map that the client may leave out at the end of the frame. */
  optionalMap(): ReadonlyMap<string, string> {
    return this.remaining === 0 ? new Map() : this.map()
  }

  /** Bytes whose length may be -1, for none. */
  optionalBytes(): Uint8Array {
    const length = this.signedLong()
    return this.take(Math.max(length, 0))
  }

  expectEnd(): void {
    if (this.remaining > 0) throw new DecodeError('bytes are left after the command')
  }

  /** Stops at the first item that is missing, however many are announced. */
  #list<T>(read: () => T): readonly T[] {
    const count = this.long()
    const items: T[] = []
    while (items.length < count) items.push(read())
    return items
  }
}
