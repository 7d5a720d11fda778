import type { MessageProperties } from '../../protocol/properties.ts'
import { badRequest } from './api-error.ts'
import { fromBase64 } from './base64.ts'
import { isObject, type JsonObject, toFields, toJson } from './json-fields.ts'
import { decodeUtf8 } from './utf8.ts'

/** RabbitMQ's names for the properties of a message. */
const names = {
  content_type: 'contentType',
  content_encoding: 'contentEncoding',
  headers: 'headers',
  delivery_mode: 'deliveryMode',
  priority: 'priority',
  correlation_id: 'correlationId',
  reply_to: 'replyTo',
  expiration: 'expiration',
  message_id: 'messageId',
  timestamp: 'timestamp',
  type: 'type',
  user_id: 'userId',
  app_id: 'appId',
  cluster_id: 'clusterId',
} as const satisfies Readonly<Record<string, keyof MessageProperties>>

const numbers: readonly string[] = ['delivery_mode', 'priority', 'timestamp']

/** The properties in a request; names that AMQP does not know are ignored. */
export function toProperties(json: unknown): MessageProperties {
  if (!isObject(json)) return {}
  const properties: Record<string, unknown> = {}
  for (const [name, key] of Object.entries(names)) {
    const value = json[name]
    if (value !== undefined) properties[key] = toProperty(name, value)
  }
  return properties
}

function toProperty(name: string, value: unknown): unknown {
  if (name === 'headers') {
    if (isObject(value)) Object.keys(value).forEach(checkShort)
    return toFields(value)
  }
  if (!numbers.includes(name)) {
    if (typeof value !== 'string') throw badRequest(['not_string', name])
    checkShort(value)
    return value
  }
  if (!Number.isInteger(value)) throw badRequest(['not_int', name])
  return value
}

/** On the wire, the length of a property or of the name of a header is one byte. */
function checkShort(text: string): void {
  if (Buffer.byteLength(text) > 255)
    throw badRequest('506 failed to deliver message: content_properties_shortstr_overflow')
}

export function fromProperties(properties: MessageProperties): JsonObject | readonly never[] {
  const json: Record<string, unknown> = {}
  for (const [name, key] of Object.entries(names)) {
    const value = properties[key]
    if (value !== undefined) json[name] = typeof value === 'object' ? toJson(value) : value
  }
  // An object without fields is an empty list for RabbitMQ.
  return Object.keys(json).length === 0 ? [] : json
}

/** The body in a request. */
export function toPayload(payload: unknown, encoding: unknown): Uint8Array {
  if (typeof payload !== 'string') throw badRequest('payload_not_string')
  if (encoding === 'string') return Buffer.from(payload)
  if (encoding !== 'base64') throw badRequest(['unsupported_encoding', encoding])
  return fromBase64(payload)
}

export interface PayloadOptions {
  /** Base64 even for text. */
  readonly base64: boolean
  /** How many bytes to show at most. */
  readonly truncate: number
}

export function fromPayload(body: Uint8Array, { base64, truncate }: PayloadOptions): JsonObject {
  const shown = body.subarray(0, truncate)
  const text = base64 ? undefined : decodeUtf8(shown)
  return {
    payload_bytes: body.length,
    payload: text ?? Buffer.from(shown).toString('base64'),
    payload_encoding: text === undefined ? 'base64' : 'string',
  }
}
