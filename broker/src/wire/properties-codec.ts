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

/** The properties in the order of their flags, from the highest bit down. */
const layout = kinds.map(([name, kind], index) => ({ name, kind, mask: 0x8000 >> index }))

const unusedFlags = 0b11

/** Reads flags and properties: the rest of a content header, after the size of the body. */
export function readProperties(bytes: Uint8Array): MessageProperties {
  const reader = new ByteReader(bytes)
  const flags = reader.short()
  if ((flags & unusedFlags) !== 0) throw new DecodeError('an undefined property flag')
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

/** The properties that the broker itself uses. */
const used = ['priority', 'replyTo', 'expiration', 'userId']

const usedFlags = layout
  .filter(({ name }) => used.includes(name))
  .reduce((flags, { mask }) => flags | mask, unusedFlags)

/**
 * Whether the properties are well-formed, and contain neither headers nor anything that the broker
 * uses. Then they need not be decoded.
 */
export function canStayEncoded(bytes: Uint8Array): boolean {
  const flags = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  if ((flags & usedFlags) !== 0) return false
  let end = 2
  for (const { kind, mask } of layout) if ((flags & mask) !== 0) end += lengthAt(bytes, end, kind)
  return end === bytes.length
}

function lengthAt(bytes: Uint8Array, at: number, kind: Kind): number {
  if (kind === 'text') return 1 + (bytes[at] ?? 0)
  if (kind === 'octet') return 1
  if (kind === 'timestamp') return 8
  // Some clients send an empty headers table with each message.
  return isZero(bytes, at, 4) ? 4 : Infinity
}

function isZero(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (bytes[i] !== 0) return false
  return true
}

/** The headers can be others: a copy of the properties with other headers would take ten times as long. */
export function writeProperties(
  writer: ByteWriter,
  properties: MessageProperties,
  headers = properties.headers,
): void {
  const start = writer.length
  writer.short(0)
  let flags = 0
  for (const { name, kind, mask } of layout) {
    const value = name === 'headers' ? headers : properties[name]
    if (value === undefined) continue
    flags |= mask
    write(writer, kind, value)
  }
  writer.setOctet(start, flags >>> 8)
  writer.setOctet(start + 1, flags & 0xff)
}

type Value = NonNullable<MessageProperties[keyof MessageProperties]>

function write(writer: ByteWriter, kind: Kind, value: Value): void {
  if (typeof value === 'object') writeTable(writer, value)
  else if (kind === 'text') writer.shortstr(String(value))
  else if (kind === 'octet') writer.octet(Number(value))
  else writer.longlongOf(typeof value === 'bigint' ? value : Number(value))
}
