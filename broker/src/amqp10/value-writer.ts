import type { FieldTable, FieldValue } from '../protocol/field-value.ts'
import { DecodeError } from '../wire/byte-reader.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import { encodeText } from '../wire/text.ts'

/** RabbitMQ takes a longer text for binary, without looking at it. */
const longestText = 4096
const invalidText = /[\0\uDC80-\uDCFF]/

export function writeNull(writer: ByteWriter): void {
  writer.octet(0x40)
}

/** In the form that takes one byte. */
export function writeBoolean(writer: ByteWriter, value: boolean): void {
  writer.octet(value ? 0x41 : 0x42)
}

export function writeSymbol(writer: ByteWriter, text: string): void {
  writeText(writer, text, 0xa3)
}

export function writeUtf8(writer: ByteWriter, text: string): void {
  writeText(writer, text, 0xa1)
}

export function writeBinary(writer: ByteWriter, bytes: Uint8Array): void {
  writeVariable(writer, bytes, 0xa0)
}

export function writeUint(writer: ByteWriter, value: number): void {
  if (value === 0) writer.octet(0x43)
  else if (value < 256) {
    writer.octet(0x52)
    writer.octet(value)
  } else {
    writer.octet(0x70)
    writer.long(value)
  }
}

/** From 1 up. */
export function writeUlong(writer: ByteWriter, value: number): void {
  if (value < 256) {
    writer.octet(0x53)
    writer.octet(value)
  } else {
    writer.octet(0x80)
    writer.longlong(value)
  }
}

export function writeUbyte(writer: ByteWriter, value: number): void {
  writer.octet(0x50)
  writer.octet(value)
}

/** In milliseconds. */
export function writeTimestamp(writer: ByteWriter, milliseconds: number | bigint): void {
  writer.octet(0x83)
  writer.longlongOf(milliseconds)
}

const compoundCodes = { list: 0xc0, map: 0xc1 } as const

/** A list or a map: its items are what is written before `end`. */
export class Compound {
  readonly #writer: ByteWriter
  readonly #code: number
  readonly #start: number

  constructor(writer: ByteWriter, type: 'list' | 'map') {
    this.#writer = writer
    this.#code = compoundCodes[type]
    this.#start = writer.length
    // The code, the length and the number of items.
    for (let i = 0; i < 3; i++) writer.octet(0)
  }

  /** The keys and values of a map count as items. */
  end(items: number): void {
    const writer = this.#writer
    const start = this.#start
    const length = writer.length - start - 3
    if (items < 255 && length < 255) {
      writer.setOctet(start, this.#code)
      writer.setOctet(start + 1, length + 1)
      writer.setOctet(start + 2, items)
    } else {
      // The length and the number of items take four bytes each, instead of one.
      writer.insert(start + 3, 6)
      writer.setOctet(start, this.#code + 0x10)
      writer.setLong(start + 1, length + 4)
      writer.setLong(start + 5, items)
    }
  }
}

/** Whether it is stored as text. Other long strings are stored as binary. */
export function isText(value: string): boolean {
  if (value.length > longestText || invalidText.test(value)) return false
  return value.length <= longestText / 3 || encodeText(value).length <= longestText
}

/** Throws a DecodeError for a decimal, which RabbitMQ cannot store either. */
export function writeField(writer: ByteWriter, field: FieldValue): void {
  const { type, value } = field
  if (type === 'longstr') writeString(writer, value)
  else if (type === 'binary') writeBinary(writer, value)
  else if (type === 'table') writeTable(writer, value)
  else if (type === 'array') writeList(writer, value)
  else if (type === 'bool') {
    writer.octet(0x56)
    writer.octet(value ? 1 : 0)
  } else if (type === 'void') writeNull(writer)
  else if (type === 'decimal') throw new DecodeError('AMQP 1.0 has no such decimal')
  else numberWriters[type](writer, value)
}

function writeString(writer: ByteWriter, value: string): void {
  if (isText(value)) writeUtf8(writer, value)
  else writeBinary(writer, encodeText(value))
}

function writeList(writer: ByteWriter, values: readonly FieldValue[]): void {
  if (values.length === 0) {
    writer.octet(0x45)
    return
  }
  const list = new Compound(writer, 'list')
  for (const value of values) writeField(writer, value)
  list.end(values.length)
}

function writeTable(writer: ByteWriter, table: FieldTable): void {
  const map = new Compound(writer, 'map')
  for (const [name, field] of table) {
    writeSymbol(writer, name)
    writeField(writer, field)
  }
  map.end(2 * table.size)
}

type NumberField = Extract<FieldValue, { readonly value: number | bigint }>

type WriteNumber = (writer: ByteWriter, value: number | bigint) => void

const numberWriters: Readonly<Record<NumberField['type'], WriteNumber>> = {
  unsignedbyte: (writer, value) => writeUbyte(writer, Number(value)),
  byte: withCode(0x51, (writer, value) => writer.octet(Number(value))),
  unsignedshort: withCode(0x60, (writer, value) => writer.short(Number(value))),
  short: withCode(0x61, (writer, value) => writer.short(Number(value))),
  unsignedint: (writer, value) => writeUint(writer, Number(value)),
  signedint: orTiny(
    0x54,
    withCode(0x71, (writer, value) => writer.long(Number(value))),
  ),
  long: orTiny(
    0x55,
    withCode(0x81, (writer, value) => writer.longlongOf(value)),
  ),
  timestamp: (writer, value) => writeTimestamp(writer, inMilliseconds(value)),
  float: withCode(0x72, (writer, value) => writer.float(Number(value))),
  double: withCode(0x82, (writer, value) => writer.double(Number(value))),
}

function withCode(code: number, write: WriteNumber): WriteNumber {
  return (writer, value) => {
    writer.octet(code)
    write(writer, value)
  }
}

/** A small integer takes one byte. */
function orTiny(code: number, write: WriteNumber): WriteNumber {
  return (writer, value) => {
    if (value < -128 || value > 127) write(writer, value)
    else withCode(code, (to) => to.octet(Number(value)))(writer, value)
  }
}

export function inMilliseconds(seconds: number | bigint): number | bigint {
  return typeof seconds === 'bigint' ? seconds * 1000n : seconds * 1000
}

/** A shortstr has the same format as a text of at most 255 bytes; a character takes at most three. */
function writeText(writer: ByteWriter, text: string, code: number): void {
  if (text.length > 85) writeVariable(writer, encodeText(text), code)
  else {
    writer.octet(code)
    writer.shortstr(text)
  }
}

function writeVariable(writer: ByteWriter, bytes: Uint8Array, code: number): void {
  if (bytes.length < 256) {
    writer.octet(code)
    writer.octet(bytes.length)
  } else {
    writer.octet(code + 0x10)
    writer.long(bytes.length)
  }
  writer.raw(bytes)
}
