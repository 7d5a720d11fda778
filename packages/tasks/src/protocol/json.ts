import { Buffer } from 'node:buffer'

/** An object of a JSON text. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

export function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/**
 * Decodes values for which JSON has no literal. Since version 5.3, kombu sends them as
 * `{"__type__": "datetime", "__value__": "..."}`. A time becomes a Date, bytes become a Buffer, and
 * everything else (a UUID, a decimal number) becomes the text of its value.
 */
export function fromPython(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPython)
  if (!isObject(value)) return value
  const { __type__: type, __value__: marked } = value
  if (typeof type === 'string' && '__value__' in value) return typedValue(type, marked)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromPython(each)]))
}

function typedValue(type: string, value: unknown): unknown {
  if (isObject(value)) return textOf(value['hex']) ?? fromPython(value)
  if (typeof value !== 'string') return value
  if (type === 'datetime') return parseTime(value)
  if (type === 'base64') return Buffer.from(value, 'base64')
  return type === 'bytes' ? Buffer.from(value) : value
}

/** A time without an offset is UTC, Celery's default, wherever this program runs. */
function parseTime(text: string): Date {
  return new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
}

/** The time in a header or an option of a call. Throws a TypeError if it is not a time. */
export function timeOf(name: 'eta' | 'expires', value: unknown): Date | undefined {
  if (value === null || value === undefined) return undefined
  const decoded = fromPython(value)
  const time = typeof decoded === 'string' ? parseTime(decoded) : decoded
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time
  throw new TypeError(`the ${name} is not a time: ${JSON.stringify(value)}`)
}
