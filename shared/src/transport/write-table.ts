import type { ByteWriter } from './byte-writer.ts'
import { typeOf, writeNumber } from './write-number.ts'

export type Table = Readonly<Record<string, unknown>>

/** Writes a table after its length. Fields that are undefined are left out. */
export function writeTable(writer: ByteWriter, table: Table): void {
  const length = writer.beginLength()
  for (const name of Object.keys(table)) {
    const value = table[name]
    if (value === undefined) continue
    if (Buffer.byteLength(name) > 255)
      throw new TypeError(`the name of a header has more than 255 bytes: ${name}`)
    writer.shortString(name)
    writeValue(writer, value)
  }
  writer.endLength(length)
}

function writeArray(writer: ByteWriter, values: readonly unknown[]): void {
  const length = writer.beginLength()
  for (const value of values) writeValue(writer, value)
  writer.endLength(length)
}

function writeValue(writer: ByteWriter, value: unknown): void {
  if (typeof value === 'string') {
    writer.letter('S')
    writer.longString(value)
  } else if (typeof value === 'number') {
    writeNumber(writer, typeOf(value), value)
  } else if (typeof value === 'boolean') {
    writer.letter('t')
    writer.octet(value ? 1 : 0)
  } else if (value === null) {
    writer.letter('V')
  } else if (Array.isArray(value)) {
    writer.letter('A')
    writeArray(writer, value)
  } else if (Buffer.isBuffer(value)) {
    writer.letter('x')
    writer.bytes(value)
  } else if (!isTable(value)) {
    throw new TypeError(`a header cannot have the type ${typeof value}`)
  } else if (Object.hasOwn(value, '!')) {
    // amqplib's way to choose a type that a value of JavaScript does not have.
    writeNumber(writer, String(value['!']), value['value'])
  } else {
    writer.letter('F')
    writeTable(writer, value)
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null
}
