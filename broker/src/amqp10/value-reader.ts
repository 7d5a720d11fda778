import { DecodeError, type ByteReader } from '../wire/byte-reader.ts'
import type { Entry, Value } from './value.ts'

/** How deep values may be nested. */
const deepest = 64
/** How many values without bytes, such as null, an array may have. */
const mostEmpty = 65_536

type Read = (reader: ByteReader, depth: number) => Value

const nothing: Value = { type: 'null', value: undefined }
const other: Value = { type: 'other', value: undefined }

const readers: Readonly<Record<number, Read>> = {
  0x00: (reader, depth) => {
    const descriptor = readAt(reader, depth + 1)
    return { type: 'described', value: { descriptor, content: readAt(reader, depth + 1) } }
  },
  0x40: () => nothing,
  0x41: () => ({ type: 'boolean', value: true }),
  0x42: () => ({ type: 'boolean', value: false }),
  0x43: () => ({ type: 'uint', value: 0 }),
  0x44: () => ({ type: 'ulong', value: 0 }),
  0x45: () => ({ type: 'list', value: [] }),
  0x50: (reader) => ({ type: 'ubyte', value: reader.octet() }),
  0x51: (reader) => ({ type: 'byte', value: reader.signedOctet() }),
  0x52: (reader) => ({ type: 'uint', value: reader.octet() }),
  0x53: (reader) => ({ type: 'ulong', value: reader.octet() }),
  0x54: (reader) => ({ type: 'int', value: reader.signedOctet() }),
  0x55: (reader) => ({ type: 'long', value: reader.signedOctet() }),
  0x56: (reader) => ({ type: 'boolean', value: reader.octet() !== 0 }),
  0x60: (reader) => ({ type: 'ushort', value: reader.short() }),
  0x61: (reader) => ({ type: 'short', value: reader.signedShort() }),
  0x70: (reader) => ({ type: 'uint', value: reader.long() }),
  0x71: (reader) => ({ type: 'int', value: reader.signedLong() }),
  0x72: (reader) => ({ type: 'float', value: reader.float() }),
  0x73: (reader) => skip(reader, 4),
  0x74: (reader) => skip(reader, 4),
  0x80: (reader) => ({ type: 'ulong', value: reader.unsignedLonglong() }),
  0x81: (reader) => ({ type: 'long', value: reader.signedLonglong() }),
  0x82: (reader) => ({ type: 'double', value: reader.double() }),
  0x83: (reader) => ({ type: 'timestamp', value: reader.signedLonglong() }),
  0x84: (reader) => skip(reader, 8),
  0x94: (reader) => skip(reader, 16),
  0x98: (reader) => ({ type: 'uuid', value: reader.take(16) }),
  0xa0: (reader) => ({ type: 'binary', value: reader.take(reader.octet()) }),
  0xa1: (reader) => ({ type: 'utf8', value: reader.shortText() }),
  0xa3: (reader) => ({ type: 'symbol', value: reader.repeatedText() }),
  0xb0: (reader) => ({ type: 'binary', value: reader.take(reader.long()) }),
  0xb1: (reader) => ({ type: 'utf8', value: reader.longstr() }),
  0xb3: (reader) => ({ type: 'symbol', value: reader.longstr() }),
  0xc0: (reader, depth) => readList(reader, depth, reader.octet() && reader.octet()),
  0xc1: (reader, depth) => readMap(reader, depth, reader.octet() && reader.octet()),
  0xd0: (reader, depth) => readList(reader, depth, reader.long() && reader.long()),
  0xd1: (reader, depth) => readMap(reader, depth, reader.long() && reader.long()),
  0xe0: (reader, depth) => readArray(reader, depth, reader.octet() && reader.octet()),
  0xf0: (reader, depth) => readArray(reader, depth, reader.long() && reader.long()),
}

/** Reads one value. Throws a DecodeError. */
export function readValue(reader: ByteReader): Value {
  return readAt(reader, 0)
}

function readAt(reader: ByteReader, depth: number): Value {
  return readOf(reader.octet(), reader, depth)
}

function readOf(code: number, reader: ByteReader, depth: number): Value {
  if (depth > deepest) throw new DecodeError('a value is nested too deep')
  const read = readers[code]
  if (read === undefined) throw new DecodeError(`no type has the code ${code}`)
  return read(reader, depth)
}

function readList(reader: ByteReader, depth: number, count: number): Value {
  const value: Value[] = []
  for (let at = 0; at < count; at++) value.push(readAt(reader, depth + 1))
  return { type: 'list', value }
}

function readMap(reader: ByteReader, depth: number, count: number): Value {
  const value: Entry[] = []
  for (let at = 0; at < count; at += 2)
    value.push([readAt(reader, depth + 1), readAt(reader, depth + 1)])
  return { type: 'map', value }
}

function readArray(reader: ByteReader, depth: number, count: number): Value {
  let code = reader.octet()
  const isDescribed = code === 0
  if (isDescribed) {
    readAt(reader, depth + 1)
    code = reader.octet()
  }
  if (count > Math.max(reader.remaining, mostEmpty)) throw new DecodeError('an array is too long')
  const value: Value[] = []
  for (let at = 0; at < count; at++) value.push(readOf(code, reader, depth + 1))
  return { type: 'array', value }
}

function skip(reader: ByteReader, length: number): Value {
  reader.take(length)
  return other
}
