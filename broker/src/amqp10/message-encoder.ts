import type { DeathRecord } from '../core/message/death.ts'
import type { Message } from '../core/message/message.ts'
import { internalFault } from '../protocol/faults.ts'
import { emptyTable, type FieldValue } from '../protocol/field-value.ts'
import type { MessageProperties } from '../protocol/properties.ts'
import { ByteReader, DecodeError } from '../wire/byte-reader.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import { encodeText } from '../wire/text.ts'
import { writeDeaths } from './deaths.ts'
import { amqp10Type, filterValueHeader, section } from './sections.ts'
import { uuidOf } from './uuid.ts'
import { readValue } from './value-reader.ts'
import {
  Compound,
  inMilliseconds,
  isText,
  writeBinary,
  writeBoolean,
  writeField,
  writeNull,
  writeSymbol,
  writeTimestamp,
  writeUbyte,
  writeUint,
  writeUtf8,
} from './value-writer.ts'

/** What a stream has to know about the sections before the body. */
export interface WrittenSections {
  /** Empty if the message has none. */
  readonly filterValue: string
  /** Whether the body consists of sections itself. */
  readonly hasSections: boolean
}

/** Writes the sections of a message before its body, as RabbitMQ does. */
export function writeSections(writer: ByteWriter, message: Message): WrittenSections {
  const { properties } = message
  const filterValue = filterValueOf(properties)
  try {
    writeHeader(writer, properties, message.deaths)
    writeAnnotations(writer, properties, message)
    writeProperties(writer, properties)
    writeApplicationProperties(writer, properties)
  } catch (error) {
    // RabbitMQ's channel crashes on a decimal.
    throw error instanceof DecodeError ? internalFault() : error
  }
  return { filterValue, hasSections: properties.type === amqp10Type }
}

/** The body in a section of binary data; sections of AMQP 1.0 stay what they are. */
export function encodeBody(body: Uint8Array, hasSections: boolean): readonly Uint8Array[] {
  if (hasSections) {
    assertSections(body)
    return [body]
  }
  const { length } = body
  const start =
    length < 256
      ? Uint8Array.of(0, 0x53, section.data, 0xa0, length)
      : Uint8Array.of(
          0,
          0x53,
          section.data,
          0xb0,
          length >>> 24,
          length >>> 16,
          length >>> 8,
          length,
        )
  return [start, body]
}

function assertSections(body: Uint8Array): void {
  try {
    const reader = new ByteReader(body)
    do if (readValue(reader).type !== 'described') throw new DecodeError('not a section')
    while (reader.remaining > 0)
  } catch {
    throw internalFault()
  }
}

function filterValueOf({ headers }: MessageProperties): string {
  const field = headers?.get(filterValueHeader)
  if (field === undefined) return ''
  if (field.type === 'longstr' && isText(field.value)) return field.value
  throw internalFault()
}

function beginSection(writer: ByteWriter, descriptor: number): Compound {
  writer.octet(0)
  writer.octet(0x53)
  writer.octet(descriptor)
  return new Compound(writer, lists.has(descriptor) ? 'list' : 'map')
}

const lists: ReadonlySet<number> = new Set([section.header, section.properties])

function writeHeader(
  writer: ByteWriter,
  { deliveryMode, priority, expiration }: MessageProperties,
  deaths: readonly DeathRecord[],
): void {
  // A dead letter no longer expires, but RabbitMQ stores the expiration that it had.
  const ttl = expiration ?? originalExpiration(deaths)
  const header = beginSection(writer, section.header)
  writeBoolean(writer, deliveryMode === 2)
  if (priority === undefined) writeNull(writer)
  else writeUbyte(writer, priority)
  if (ttl === undefined) writeNull(writer)
  else writeUint(writer, Number(ttl) % 2 ** 32)
  // Whether it is delivered for the first time.
  writeBoolean(writer, deaths.length === 0)
  writeUint(writer, 0)
  header.end(5)
}

function originalExpiration(deaths: readonly DeathRecord[]): string | undefined {
  return deaths.find(({ expiration }) => expiration !== undefined)?.expiration
}

function writeAnnotations(
  writer: ByteWriter,
  { type, headers = emptyTable }: MessageProperties,
  { exchange, routingKey, deaths }: Message,
): void {
  const map = beginSection(writer, section.messageAnnotations)
  let count = 2
  if (deaths.length > 0) {
    count += 1
    writeSymbol(writer, 'x-opt-deaths')
    writeDeaths(writer, deaths)
  }
  writeSymbol(writer, 'x-routing-key')
  writeUtf8(writer, routingKey)
  writeSymbol(writer, 'x-exchange')
  writeUtf8(writer, exchange)
  if (type !== undefined) {
    count += 1
    writeSymbol(writer, 'x-basic-type')
    writeUtf8(writer, type)
  }
  for (const [name, field] of headers) {
    const key = name === 'CC' && field.type === 'array' ? 'x-cc' : name
    if (key !== 'x-cc' && !isAnnotation(name, deaths)) continue
    count += 1
    writeSymbol(writer, key)
    writeField(writer, field)
  }
  map.end(2 * count)
}

const ofBroker = new Set(['x-exchange', 'x-routing-key'])

function isAnnotation(name: string, deaths: readonly DeathRecord[]): boolean {
  if (!name.startsWith('x-') || ofBroker.has(name)) return false
  return deaths.length === 0 || (name !== 'x-death' && name !== 'x-opt-deaths')
}

type Name = Exclude<keyof MessageProperties, 'headers'>
type Value = NonNullable<MessageProperties[Name]>
type Write = (writer: ByteWriter, value: Value) => void

/** In the order of AMQP 1.0; undefined for what AMQP 0-9-1 does not have. */
const layout: readonly (readonly [Name, Write] | undefined)[] = [
  ['messageId', writeId],
  ['userId', (writer, user) => writeBinary(writer, encodeText(String(user)))],
  undefined,
  undefined,
  ['replyTo', (writer, queue) => writeUtf8(writer, addressOf(String(queue)))],
  ['correlationId', writeId],
  ['contentType', (writer, type) => writeSymbol(writer, String(type))],
  ['contentEncoding', (writer, encoding) => writeSymbol(writer, String(encoding))],
  undefined,
  ['timestamp', (writer, time) => writeTimestamp(writer, inMilliseconds(secondsOf(time)))],
  ['appId', (writer, app) => writeUtf8(writer, String(app))],
]

/** Those at the end that are missing are left out, and so is an empty section. */
function writeProperties(writer: ByteWriter, properties: MessageProperties): void {
  const last = layout.findLastIndex((field) => field && properties[field[0]] !== undefined)
  if (last === -1) return
  const list = beginSection(writer, section.properties)
  for (const field of layout.slice(0, last + 1)) {
    const value = field && properties[field[0]]
    if (field === undefined || value === undefined) writeNull(writer)
    else field[1](writer, value)
  }
  list.end(last + 1)
}

function secondsOf(time: Value): number | bigint {
  return typeof time === 'string' ? Number(time) : time
}

function writeId(writer: ByteWriter, value: Value): void {
  const id = String(value)
  const uuid = uuidOf(id)
  if (uuid === undefined) writeUtf8(writer, id)
  else {
    writer.octet(0x98)
    writer.raw(uuid)
  }
}

/** RabbitMQ's address of a queue. */
function addressOf(queue: string): string {
  return `/queues/${Array.from(encodeText(queue), percentEncoded).join('')}`
}

function percentEncoded(byte: number): string {
  const character = String.fromCharCode(byte)
  if (/[\w.~-]/.test(character)) return character
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

const complex: ReadonlySet<FieldValue['type']> = new Set<FieldValue['type']>(['array', 'table'])

/** AMQP 1.0 allows only simple values here, so arrays and tables get lost. */
function writeApplicationProperties(
  writer: ByteWriter,
  { headers = emptyTable }: MessageProperties,
): void {
  let map: Compound | undefined
  let count = 0
  for (const [name, field] of headers) {
    if (name.startsWith('x-') || complex.has(field.type)) continue
    map ??= beginSection(writer, section.applicationProperties)
    count += 1
    writeUtf8(writer, name)
    writeField(writer, field)
  }
  map?.end(2 * count)
}
