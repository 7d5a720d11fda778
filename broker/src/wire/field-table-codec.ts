import type { FieldTable, FieldValue } from '../protocol/field-value.ts'
import { ByteReader, DecodeError } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** A table is malformed. RabbitMQ treats this as a worse error than other malformed fields. */
export class TableError extends DecodeError {}

/** How deep tables and arrays may be nested. In RabbitMQ, only the size of a frame limits this. */
const deepest = 128

/** Reads a table that is preceded by its length. */
export function readTable(reader: ByteReader): FieldTable {
  return readFields(new ByteReader(reader.bytes()))
}

/** Reads fields up to the end: AMQPLAIN sends a table without its length. */
export function readFields(reader: ByteReader): FieldTable {
  try {
    return readEntries(reader, 0)
  } catch (error) {
    throw error instanceof DecodeError ? new TableError(error.message) : error
  }
}

function readEntries(reader: ByteReader, depth: number): FieldTable {
  if (depth > deepest) throw new DecodeError('a table is nested too deep')
  const fields = new Map<string, FieldValue>()
  while (reader.remaining > 0) {
    const name = reader.shortText()
    const value = readValue(reader, depth)
    if (!fields.has(name)) fields.set(name, value)
  }
  return fields
}

type Read = (reader: ByteReader, depth: number) => FieldValue

// The letters are from RabbitMQ's errata to AMQP 0-9-1. Both 'l' and 'L' are signed.
const readers: Readonly<Record<string, Read>> = {
  t: (reader) => ({ type: 'bool', value: reader.octet() !== 0 }),
  b: (reader) => ({ type: 'byte', value: reader.signedOctet() }),
  B: (reader) => ({ type: 'unsignedbyte', value: reader.octet() }),
  s: (reader) => ({ type: 'short', value: reader.signedShort() }),
  u: (reader) => ({ type: 'unsignedshort', value: reader.short() }),
  I: (reader) => ({ type: 'signedint', value: reader.signedLong() }),
  i: (reader) => ({ type: 'unsignedint', value: reader.long() }),
  l: (reader) => ({ type: 'long', value: reader.signedLonglong() }),
  L: (reader) => ({ type: 'long', value: reader.signedLonglong() }),
  f: (reader) => ({ type: 'float', value: reader.float() }),
  d: (reader) => ({ type: 'double', value: reader.double() }),
  D: (reader) => ({
    type: 'decimal',
    value: { scale: reader.octet(), unscaled: reader.long() },
  }),
  S: (reader) => ({ type: 'longstr', value: reader.longstr() }),
  T: (reader) => ({ type: 'timestamp', value: reader.unsignedLonglong() }),
  F: (reader, depth) => ({
    type: 'table',
    value: readEntries(new ByteReader(reader.bytes()), depth + 1),
  }),
  A: (reader, depth) => ({ type: 'array', value: readArray(reader, depth + 1) }),
  // A view would keep the whole chunk in memory.
  x: (reader) => ({ type: 'binary', value: reader.bytes().slice() }),
  V: () => ({ type: 'void', value: undefined }),
}

function readValue(reader: ByteReader, depth: number): FieldValue {
  const letter = String.fromCharCode(reader.octet())
  const read = readers[letter]
  if (read === undefined) throw new DecodeError(`no field has the type '${letter}'`)
  return read(reader, depth)
}

function readArray(reader: ByteReader, depth: number): readonly FieldValue[] {
  if (depth > deepest) throw new DecodeError('an array is nested too deep')
  const items = new ByteReader(reader.bytes())
  const values: FieldValue[] = []
  while (items.remaining > 0) values.push(readValue(items, depth))
  return values
}

/** Writes a table, preceded by its length. */
export function writeTable(writer: ByteWriter, fields: FieldTable): void {
  const length = writer.beginLength()
  for (const [name, value] of fields) {
    writer.shortstr(name)
    writeValue(writer, value)
  }
  writer.endLength(length)
}

const letters: Readonly<Record<FieldValue['type'], string>> = {
  bool: 't',
  byte: 'b',
  unsignedbyte: 'B',
  short: 's',
  unsignedshort: 'u',
  signedint: 'I',
  unsignedint: 'i',
  long: 'l',
  float: 'f',
  double: 'd',
  decimal: 'D',
  longstr: 'S',
  timestamp: 'T',
  table: 'F',
  array: 'A',
  binary: 'x',
  void: 'V',
}

function writeValue(writer: ByteWriter, field: FieldValue): void {
  const { type, value } = field
  writer.octet(letters[type].charCodeAt(0))
  if (type === 'longstr') writer.longstr(value)
  else if (type === 'table') writeTable(writer, value)
  else if (type === 'array') writeArray(writer, value)
  else if (type === 'bool') writer.octet(value ? 1 : 0)
  else if (type === 'binary') writer.bytes(value)
  else if (type === 'decimal') {
    writer.octet(value.scale)
    writer.long(value.unscaled)
  } else if (type !== 'void') writeNumber(writer, field)
}

type NumberField = Extract<FieldValue, { readonly value: number | bigint }>

function writeNumber(writer: ByteWriter, field: NumberField): void {
  switch (field.type) {
    case 'byte':
    case 'unsignedbyte':
      return writer.octet(field.value)
    case 'short':
    case 'unsignedshort':
      return writer.short(field.value)
    case 'signedint':
    case 'unsignedint':
      return writer.long(field.value)
    case 'long':
    case 'timestamp':
      return writer.longlongOf(field.value)
    case 'float':
      return writer.float(field.value)
    case 'double':
      return writer.double(field.value)
  }
}

function writeArray(writer: ByteWriter, values: readonly FieldValue[]): void {
  const length = writer.beginLength()
  for (const value of values) writeValue(writer, value)
  writer.endLength(length)
}
