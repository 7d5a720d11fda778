import { noProperties, type MessageProperties } from '../protocol/properties.ts'
import { ByteReader, DecodeError } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readTable, writeTable } from './field-table-codec.ts'

type Kind = 'text' | 'octet' | 'table' | 'timestamp'

const kinds: readonly (readonly [keyof MessageProperties, Kind])[] = [
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

/** The properties of the basic class, from the highest bit of the flags down. */
const layout = kinds.map(([name, kind], index) => ({ name, kind, mask: 0x8000 >> index }))

const unusedFlags = 0b11

/** Reads flags and properties: what a content header has after the size of the body. */
export function readProperties(bytes: Uint8Array): MessageProperties {
  const reader = new ByteReader(bytes)
  const flags = reader.short()
  if ((flags & unusedFlags) !== 0) throw new DecodeError('a property flag that nobody defined')
  if (flags === 0 && reader.remaining === 0) return noProperties
  const properties: Record<string, unknown> = {}
  for (const { name, kind, mask } of layout)
    if ((flags & mask) !== 0) properties[name] = read(reader, kind)
  if (reader.remaining > 0) throw new DecodeError('bytes are left after the properties')
  return properties
}

function read(reader: ByteReader, kind: Kind): unknown {
  if (kind === 'text') return reader.shortText()
  if (kind === 'octet') return reader.octet()
  return kind === 'table' ? readTable(reader) : reader.unsignedLonglong()
}

/** What a broker acts upon when a message comes. */
const telling = ['priority', 'replyTo', 'expiration', 'userId']

const tellingFlags = layout
  .filter(({ name }) => telling.includes(name))
  .reduce((flags, { mask }) => flags | mask, unusedFlags)

/**
 * True where the properties can be read, and none of them is one that a broker acts upon, nor is
 * there any header: then nobody has to read them until somebody asks.
 */
export function areInert(bytes: Uint8Array): boolean {
  const flags = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  if ((flags & tellingFlags) !== 0) return false
  let end = 2
  for (const { kind, mask } of layout) if ((flags & mask) !== 0) end += lengthAt(bytes, end, kind)
  return end === bytes.length
}

function lengthAt(bytes: Uint8Array, at: number, kind: Kind): number {
  if (kind === 'text') return 1 + (bytes[at] ?? 0)
  if (kind === 'octet') return 1
  if (kind === 'timestamp') return 8
  // Some clients send headers with each message, and none in them.
  return isZero(bytes, at, 4) ? 4 : Infinity
}

function isZero(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (bytes[i] !== 0) return false
  return true
}

export function writeProperties(writer: ByteWriter, properties: MessageProperties): void {
  let flags = 0
  for (const { name, mask } of layout) if (properties[name] !== undefined) flags |= mask
  writer.short(flags)
  for (const { name, kind } of layout) {
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
