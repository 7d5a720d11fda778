import type { FieldValue } from '../protocol/field-value.ts'
import { DecodeError } from '../wire/byte-reader.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import { encodeText } from '../wire/text.ts'

/** RabbitMQ takes a longer text for binary, without looking at it. */
const longestText = 4096
const invalidText = /[\0\uDC80-\uDCFF]/

export function writeNull(writer: ByteWriter): void {
  writer.octet(0x40)
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

/** A list, or a map whose keys and values count as items. */
export function writeCompound(
  writer: ByteWriter,
  type: 'list' | 'map',
  items: readonly ((writer: ByteWriter) => void)[],
): void {
  if (type === 'list' && items.length === 0) {
    writer.octet(0x45)
    return
  }
  const code = type === 'list' ? 0xc0 : 0xc1
  const start = writer.length
  writer.octet(code)
  writer.octet(0)
  writer.octet(items.length)
  const contentAt = writer.length
  for (const write of items) write(writer)
  const length = writer.length - contentAt
  if (items.length < 255 && length < 255) writer.setOctet(start + 1, length + 1)
  else {
    // The length and the number of items take four bytes each, instead of one.
    writer.insert(contentAt, 6)
    writer.setOctet(start, code + 0x10)
    writer.setLong(start + 1, length + 4)
    writer.setLong(start + 5, items.length)
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
  else if (type === 'array')
    writeCompound(
      writer,
      'list',
      value.map((item) => (to: ByteWriter) => writeField(to, item)),
    )
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

function writeTable(
  writer: ByteWriter,
  table: Extract<FieldValue, { readonly type: 'table' }>['value'],
): void {
  const items = Array.from(table).flatMap(([name, field]) => [
    (to: ByteWriter) => writeSymbol(to, name),
    (to: ByteWriter) => writeField(to, field),
  ])
  writeCompound(writer, 'map', items)
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
