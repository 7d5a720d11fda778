import {
  bool,
  type FieldTable,
  type FieldValue,
  long,
  longstr,
  plainFields,
} from '../../protocol/field-value.ts'
import { badRequest } from './api-error.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field table as a JSON object, as RabbitMQ shows arguments and headers. */
export function toJson(fields: FieldTable): JsonObject {
  return plainFields(fields)
}

/** JSON text; a bigint becomes a number, and bytes become text. */
export function stringify(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => {
    if (typeof each === 'bigint') return Number(each)
    return each instanceof Uint8Array ? new TextDecoder().decode(each) : each
  })
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
