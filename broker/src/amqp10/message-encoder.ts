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
  inMilliseconds,
  isText,
  writeBinary,
  writeCompound,
  writeField,
  writeNull,
  writeSymbol,
  writeTimestamp,
  writeUbyte,
  writeUint,
  writeUtf8,
} from './value-writer.ts'

type Write = (writer: ByteWriter) => void

/**
 * Writes the sections of a message before its body, as RabbitMQ does. Returns the value to filter by;
 * empty if it has none.
 */
export function writeSections(writer: ByteWriter, message: Message): string {
  const { properties } = message
  const filterValue = filterValueOf(properties)
  try {
    writeSection(writer, section.header, headerFields(message))
    writeSection(writer, section.messageAnnotations, annotations(message))
    writeSection(writer, section.properties, propertyFields(properties))
    writeSection(writer, section.applicationProperties, applicationProperties(properties))
  } catch (error) {
    // RabbitMQ's channel crashes on a decimal.
    throw error instanceof DecodeError ? internalFault() : error
  }
  return filterValue
}

/** The body in a section of binary data; sections of AMQP 1.0 stay what they are. */
export function encodeBody({ properties, body }: Message): readonly Uint8Array[] {
  if (properties.type === amqp10Type) {
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

/** An empty section is left out. */
function writeSection(writer: ByteWriter, descriptor: number, items: readonly Write[]): void {
  if (items.length === 0) return
  writer.octet(0)
  writer.octet(0x53)
  writer.octet(descriptor)
  writeCompound(writer, lists.has(descriptor) ? 'list' : 'map', items)
}

const lists: ReadonlySet<number> = new Set([section.header, section.properties])

function headerFields({ properties, deaths }: Message): readonly Write[] {
  const { deliveryMode, priority } = properties
  // A dead letter no longer expires, but RabbitMQ stores the expiration that it had.
  const expiration = properties.expiration ?? originalExpiration(deaths)
  return [
    (to) => to.octet(deliveryMode === 2 ? 0x41 : 0x42),
    priority === undefined ? writeNull : (to) => writeUbyte(to, priority),
    expiration === undefined ? writeNull : (to) => writeUint(to, Number(expiration) % 2 ** 32),
    // Whether it is delivered for the first time.
    (to) => to.octet(deaths.length === 0 ? 0x41 : 0x42),
    (to) => writeUint(to, 0),
  ]
}

function originalExpiration(deaths: readonly DeathRecord[]): string | undefined {
  return deaths.find(({ expiration }) => expiration !== undefined)?.expiration
}

function annotations({ exchange, routingKey, properties, deaths }: Message): readonly Write[] {
  const { type, headers = emptyTable } = properties
  const items: Write[] = []
  const add = (name: string, write: Write): void => {
    items.push((to) => writeSymbol(to, name), write)
  }
  if (deaths.length > 0) add('x-opt-deaths', (to) => writeDeaths(to, deaths))
  add('x-routing-key', (to) => writeUtf8(to, routingKey))
  add('x-exchange', (to) => writeUtf8(to, exchange))
  if (type !== undefined) add('x-basic-type', (to) => writeUtf8(to, type))
  for (const [name, field] of headers) {
    if (name === 'CC' && field.type === 'array') add('x-cc', (to) => writeField(to, field))
    else if (isAnnotation(name, deaths)) add(name, (to) => writeField(to, field))
  }
  return items
}

const ofBroker = new Set(['x-exchange', 'x-routing-key'])

function isAnnotation(name: string, deaths: readonly DeathRecord[]): boolean {
  if (!name.startsWith('x-') || ofBroker.has(name)) return false
  return deaths.length === 0 || (name !== 'x-death' && name !== 'x-opt-deaths')
}

/** In the order of AMQP 1.0. Those at the end that are missing are left out. */
function propertyFields(properties: MessageProperties): readonly Write[] {
  const { messageId, userId, replyTo, correlationId, timestamp, appId } = properties
  const fields: readonly (Write | undefined)[] = [
    idField(messageId),
    userId === undefined ? undefined : (to) => writeBinary(to, encodeText(userId)),
    undefined,
    undefined,
    replyTo === undefined ? undefined : (to) => writeUtf8(to, addressOf(replyTo)),
    idField(correlationId),
    symbolField(properties.contentType),
    symbolField(properties.contentEncoding),
    undefined,
    timestamp === undefined ? undefined : (to) => writeTimestamp(to, inMilliseconds(timestamp)),
    appId === undefined ? undefined : (to) => writeUtf8(to, appId),
  ]
  const end = fields.findLastIndex((field) => field !== undefined) + 1
  return fields.slice(0, end).map((field) => field ?? writeNull)
}

function idField(id: string | undefined): Write | undefined {
  if (id === undefined) return undefined
  const uuid = uuidOf(id)
  if (uuid === undefined) return (to) => writeUtf8(to, id)
  return (to) => {
    to.octet(0x98)
    to.raw(uuid)
  }
}

function symbolField(text: string | undefined): Write | undefined {
  return text === undefined ? undefined : (to) => writeSymbol(to, text)
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
function applicationProperties({ headers = emptyTable }: MessageProperties): readonly Write[] {
  return Array.from(headers)
    .filter(([name, { type }]) => !name.startsWith('x-') && !complex.has(type))
    .flatMap(([name, field]): readonly Write[] => [
      (to) => writeUtf8(to, name),
      (to) => writeField(to, field),
    ])
}
