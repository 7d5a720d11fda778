import { noProperties, type MessageProperties } from '../protocol/properties.ts'
import { ByteReader, DecodeError } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readTable, writeTable } from './field-table-codec.ts'

type Kind = 'text' | 'octet' | 'table' | 'timestamp'

/** The properties of the basic class, from the highest bit of the flags down. */
const layout: readonly (readonly [keyof MessageProperties, Kind])[] = [
  ['contentType', 'text'],
  ['contentEncoding', 'text'],
  ['headers', 'table'],
  ['deliveryMode', 'octet'],
  ['priority', 'octet'],
  ['correlationId', 'text'],
  ['replyTo', 'text'],
  ['expiration', 'text'],
  ['messageId', 'text'],
  ['timestamp', 'timestamp'],
  ['type', 'text'],
  ['userId', 'text'],
  ['appId', 'text'],
  ['clusterId', 'text'],
]

const unusedFlags = 0b11

/** Reads flags and properties: what a content header has after the size of the body. */
export function readProperties(bytes: Uint8Array): MessageProperties {
  const reader = new ByteReader(bytes)
  const flags = reader.short()
  if ((flags & unusedFlags) !== 0) throw new DecodeError('a property flag that nobody defined')
  if (flags === 0 && reader.remaining === 0) return noProperties
  const properties: Record<string, unknown> = {}
  let mask = 0x8000
  for (const [name, kind] of layout) {
    if ((flags & mask) !== 0) properties[name] = read(reader, kind)
    mask >>= 1
  }
  if (reader.remaining > 0) throw new DecodeError('bytes are left after the properties')
  return properties
}

function read(reader: ByteReader, kind: Kind): unknown {
  if (kind === 'text') return reader.shortText()
  if (kind === 'octet') return reader.octet()
  return kind === 'table' ? readTable(reader) : reader.unsignedLonglong()
}

export function writeProperties(writer: ByteWriter, properties: MessageProperties): void {
  let flags = 0
  let mask = 0x8000
  for (const [name] of layout) {
    if (properties[name] !== undefined) flags |= mask
    mask >>= 1
  }
  writer.short(flags)
  for (const [name, kind] of layout) {
    const value = properties[name]
    if (value !== undefined) write(writer, kind, value)
  }
}

type Value = NonNullable<MessageProperties[keyof MessageProperties]>

function write(writer: ByteWriter, kind: Kind, value: Value): void {
  if (typeof value === 'object') writeTable(writer, value)
  else if (kind === 'text') writer.shortstr(String(value))
  else if (kind === 'octet') writer.octet(Number(value))
  else writer.longlongOf(typeof value === 'bigint' ? value : Number(value))
}
