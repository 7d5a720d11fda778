import {
  bool,
  type FieldTable,
  type FieldValue,
  long,
  longstr,
} from '../../protocol/field-value.ts'
import { encodeText } from '../../wire/text.ts'
import { badRequest } from './api-error.ts'
import { decodeUtf8 } from './utf8.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field table as a JSON object, as RabbitMQ shows arguments and headers. */
export function toJson(fields: FieldTable): JsonObject {
  return Object.fromEntries(Array.from(fields, ([name, field]) => [name, fromField(field)]))
}

function fromField({ type, value }: FieldValue): unknown {
  if (type === 'table') return toJson(value)
  if (type === 'array') return value.map(fromField)
  if (typeof value === 'string') return fromBytes(encodeText(value))
  return value instanceof Uint8Array ? fromBytes(value) : value
}

/** RabbitMQ shows bytes as text, and says so if they are not. */
function fromBytes(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? `Not UTF-8, base64 is: ${Buffer.from(bytes).toString('base64')}`
}

/** JSON text; a bigint becomes a number. */
export function stringify(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    typeof each === 'bigint' ? Number(each) : each,
  )
}

/** The arguments or headers of a request as a field table. */
export function toFields(json: unknown): FieldTable {
  if (!isObject(json)) return new Map()
  return new Map(Object.entries(json).map(([name, value]) => [name, toField(value)]))
}

export function toField(value: unknown): FieldValue {
  if (value === null) throw badRequest('null_not_allowed')
  if (typeof value === 'string') return longstr(value)
  if (typeof value === 'boolean') return bool(value)
  if (typeof value === 'number')
    return Number.isInteger(value) ? long(value) : { type: 'double', value }
  if (Array.isArray(value)) return { type: 'array', value: value.map(toField) }
  return { type: 'table', value: toFields(value) }
}
