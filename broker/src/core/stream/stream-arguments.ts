import { erlangTerm } from '../../protocol/erlang-term.ts'
import { internalFault } from '../../protocol/faults.ts'
import { integerOf, type FieldTable, type FieldValue } from '../../protocol/field-value.ts'
import type { FilterSpec } from './chunk/bloom-filter.ts'
import type { OffsetSpec } from './log/offset-spec.ts'

/** The largest `x-stream-max-segment-size-bytes`. */
export const largestSegment = 3_000_000_000

const second = 1000
const day = 86_400 * second

const units: Readonly<Record<string, number>> = {
  Y: 365 * day,
  M: 30 * day,
  D: day,
  h: 3600 * second,
  m: 60 * second,
  s: second,
}

/** The milliseconds of an interval such as `7D`; undefined if it is not one. */
export function parseAge(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+)([YMDhms])$/.exec(text) ?? []
  const value = Number(digits) * (units[unit] ?? 0)
  return value > 0 ? value : undefined
}

/** Returns what is wrong with the argument x-stream-offset of a consumer. */
export function checkOffset(field: FieldValue): string | undefined {
  const isValid = field.type !== 'longstr' || isName(field.value) || parseAge(field.value)
  return isValid ? undefined : `{invalid_stream_offset_arg,{${field.type},${erlangTerm(field)}}}`
}

/** Where a consumer starts, according to its arguments, at the time `now`. */
export function offsetOf(args: FieldTable, now: number): OffsetSpec {
  const field = args.get('x-stream-offset')
  if (field === undefined) return 'next'
  const name = field.type === 'binary' ? new TextDecoder().decode(field.value) : field.value
  if (isName(name)) return name
  if (field.type === 'longstr') return { timestamp: now - (parseAge(field.value) ?? 0) }
  if (field.type === 'timestamp') return { timestamp: Number(field.value) * 1000 }
  const offset = integerOf(field)
  // RabbitMQ's channel crashes on any other type.
  if (offset === undefined) throw internalFault()
  return { offset: Number(offset) }
}

function isName(value: unknown): value is 'first' | 'last' | 'next' {
  return value === 'first' || value === 'last' || value === 'next'
}

/** What a consumer wants to read, according to its arguments; undefined for everything. */
export function filterOf(args: FieldTable): FilterSpec | undefined {
  const field = args.get('x-stream-filter')
  if (field?.type !== 'longstr' && field?.type !== 'array') return undefined
  const fields = field.type === 'array' ? field.value : [field]
  const values = fields.flatMap((each) => (each.type === 'longstr' ? [each.value] : []))
  // RabbitMQ's channel crashes on a list without values.
  if (values.length === 0) throw internalFault()
  return { values, matchUnfiltered: args.get('x-stream-match-unfiltered')?.value === true }
}
