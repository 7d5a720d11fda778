import type { FieldTable, FieldValue } from '../protocol/field-value.ts'
import type { MessageProperties } from '../protocol/properties.ts'
import { ByteReader, DecodeError } from '../wire/byte-reader.ts'
import { decodeText, encodeText } from '../wire/text.ts'
import { readDeaths } from './deaths.ts'
import { amqp10Type, section } from './sections.ts'
import { inSeconds, toField } from './to-field.ts'
import { uuidUrn } from './uuid.ts'
import { readValue } from './value-reader.ts'
import type { Entry, Value } from './value.ts'

/** What the sections of a message mean in AMQP 0-9-1. */
export interface DecodedSections {
  /** Undefined if the message was not published with AMQP 0-9-1. */
  readonly exchange: string | undefined
  readonly routingKey: string | undefined
  /** The routing keys of the CC header. */
  readonly extraKeys: readonly string[]
  readonly properties: MessageProperties
  readonly body: Uint8Array
  /** Where the section of the body starts. */
  readonly bodyAt: number
}

/** The sections before the body. A section that is missing is an empty list. */
interface Sections {
  header: readonly Value[]
  annotations: readonly Entry[]
  properties: readonly Value[]
  applicationProperties: readonly Entry[]
}

type MutableProperties = { -readonly [N in keyof MessageProperties]: MessageProperties[N] }

const longestShortString = 255

/** Throws a DecodeError if the message is not in the format of AMQP 1.0. */
export function decodeSections(encoded: Uint8Array): DecodedSections {
  const reader = new ByteReader(encoded)
  const sections: Sections = {
    header: [],
    annotations: [],
    properties: [],
    applicationProperties: [],
  }
  for (;;) {
    const bodyAt = encoded.length - reader.remaining
    const { descriptor, content } = readSection(reader)
    if (descriptor >= section.data) {
      const body =
        descriptor === section.data ? readBody(encoded, bodyAt) : encoded.subarray(bodyAt)
      const properties = toProperties(sections)
      if (descriptor !== section.data) properties.type = amqp10Type
      const exchange = annotation(sections, 'x-exchange')
      const routingKey = annotation(sections, 'x-routing-key')
      return { exchange, routingKey, extraKeys: ccOf(sections), properties, body, bodyAt }
    }
    keep(sections, descriptor, content)
  }
}

function readSection(reader: ByteReader): {
  readonly descriptor: number
  readonly content: Value
} {
  const read = readValue(reader)
  if (read.type !== 'described' || read.value.descriptor.type !== 'ulong')
    throw new DecodeError('not a section of AMQP 1.0')
  return { descriptor: Number(read.value.descriptor.value), content: read.value.content }
}

function keep(sections: Sections, descriptor: number, content: Value): void {
  if (descriptor === section.header && content.type === 'list') sections.header = content.value
  else if (descriptor === section.messageAnnotations && content.type === 'map')
    sections.annotations = content.value
  else if (descriptor === section.properties && content.type === 'list')
    sections.properties = content.value
  else if (descriptor === section.applicationProperties && content.type === 'map')
    sections.applicationProperties = content.value
}

/** The data of the sections that start at `bodyAt`. */
function readBody(encoded: Uint8Array, bodyAt: number): Uint8Array {
  const reader = new ByteReader(encoded.subarray(bodyAt))
  const parts: Uint8Array[] = []
  while (reader.remaining > 0) {
    const { descriptor, content } = readSection(reader)
    if (descriptor === section.data && content.type === 'binary') parts.push(content.value)
  }
  const [first] = parts
  return first !== undefined && parts.length === 1 ? first : concat(parts)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function toProperties(sections: Sections): MutableProperties {
  const properties: MutableProperties = {}
  const [id, userId, , , replyTo, correlation, type, encoding, , time, groupId] =
    sections.properties
  const headers = new Map<string, FieldValue>(headersOf(sections))
  set(properties, 'messageId', idOf(id, { header: 'x-message-id', headers }))
  set(properties, 'correlationId', idOf(correlation, { header: 'x-correlation-id', headers }))
  set(properties, 'userId', userOf(userId))
  set(properties, 'replyTo', queueOf(shortString(replyTo)))
  set(properties, 'contentType', symbol(type))
  set(properties, 'contentEncoding', symbol(encoding))
  set(properties, 'timestamp', time?.type === 'timestamp' ? inSeconds(time.value) : undefined)
  set(properties, 'appId', shortString(groupId))
  set(properties, 'type', annotation(sections, 'x-basic-type'))
  if (headers.size > 0) properties.headers = headers
  setHeader(properties, sections.header)
  return properties
}

function setHeader(properties: MutableProperties, header: readonly Value[]): void {
  const [durable, priority, ttl] = header
  if (durable?.type === 'boolean') properties.deliveryMode = durable.value ? 2 : 1
  if (priority?.type === 'ubyte') properties.priority = priority.value
  if (ttl?.type === 'uint') properties.expiration = String(ttl.value)
}

function set<N extends keyof MutableProperties>(
  properties: MutableProperties,
  name: N,
  value: MutableProperties[N],
): void {
  if (value !== undefined) properties[name] = value
}

/** Annotations that are not headers: RabbitMQ uses them itself. */
const internal = new Set(['x-routing-key', 'x-exchange', 'x-death'])

function headersOf({ annotations, applicationProperties }: Sections): FieldTable {
  const headers = new Map<string, FieldValue>()
  for (const [key, value] of annotations)
    if (key.type === 'symbol') addAnnotation(headers, key.value, value)
  for (const [key, value] of applicationProperties) {
    const field = toField(value)
    if (key.type === 'utf8' && isShort(key.value) && field !== undefined)
      headers.set(key.value, field)
  }
  return headers
}

function addAnnotation(headers: Map<string, FieldValue>, name: string, value: Value): void {
  const isHeader = name.startsWith('x-') && isShort(name) && !internal.has(name)
  if (!isHeader || name.startsWith('x-basic-')) return
  if (name === 'x-opt-deaths') {
    const deaths = readDeaths(value)
    if (deaths !== undefined) headers.set('x-death', deaths)
    return
  }
  const field = toField(value)
  if (field !== undefined) headers.set(name === 'x-cc' ? 'CC' : name, field)
}

function annotation({ annotations }: Sections, name: string): string | undefined {
  const [, value] = annotations.find(([key]) => key.value === name) ?? []
  return value?.type === 'utf8' ? value.value : undefined
}

function ccOf({ annotations }: Sections): readonly string[] {
  const [, value] = annotations.find(([key]) => key.value === 'x-cc') ?? []
  if (value?.type !== 'list') return []
  return value.value.flatMap((key) => (key.type === 'utf8' ? [key.value] : []))
}

/** AMQP 0-9-1 has only texts of 255 bytes for ids, so others go to a header. */
function idOf(
  id: Value | undefined,
  { header, headers }: { readonly header: string; readonly headers: Map<string, FieldValue> },
): string | undefined {
  if (id?.type === 'uuid') return uuidUrn(id.value)
  if (id?.type === 'ulong') return String(id.value)
  if (id?.type === 'utf8' && isShort(id.value)) return id.value
  if (id?.type === 'utf8') headers.set(header, { type: 'longstr', value: id.value })
  if (id?.type === 'binary') headers.set(header, { type: 'binary', value: id.value.slice() })
  return undefined
}

function userOf(id: Value | undefined): string | undefined {
  if (id?.type !== 'binary' || id.value.length > longestShortString) return undefined
  const name = decodeText(id.value, 0, id.value.length)
  return /[\0\uDC80-\uDCFF]/.test(name) ? undefined : name
}

const addressPrefix = '/queues/'

function queueOf(address: string | undefined): string | undefined {
  if (address?.startsWith(addressPrefix) !== true) return address
  try {
    return decodeURIComponent(address.slice(addressPrefix.length))
  } catch {
    return undefined
  }
}

function shortString(value: Value | undefined): string | undefined {
  return value?.type === 'utf8' && isShort(value.value) ? value.value : undefined
}

function symbol(value: Value | undefined): string | undefined {
  return value?.type === 'symbol' ? value.value : undefined
}

/** A character takes at most three bytes. */
function isShort(text: string): boolean {
  return text.length * 3 <= longestShortString || encodeText(text).length <= longestShortString
}
