import type { FieldTable, FieldValue } from '../protocol/field-value.ts'
import { decodeText } from '../wire/text.ts'
import type { Entry, Value } from './value.ts'

/** The value as AMQP 0-9-1 has it; undefined if it has no such type. */
export function toField(value: Value): FieldValue | undefined {
  if (value.type === 'map') return { type: 'table', value: toTable(value.value) }
  if (value.type === 'list' || value.type === 'array')
    return { type: 'array', value: value.value.flatMap((item) => toField(item) ?? []) }
  return isNumber(value)
    ? { type: numberTypes[value.type], value: value.value }
    : toSimpleField(value)
}

function toSimpleField({ type, value }: Value): FieldValue | undefined {
  if (type === 'utf8' || type === 'symbol') return { type: 'longstr', value }
  if (type === 'binary') return { type: 'longstr', value: decodeText(value, 0, value.length) }
  if (type === 'boolean') return { type: 'bool', value }
  if (type === 'long' || type === 'ulong') return { type: 'long', value }
  if (type === 'timestamp') return { type, value: inSeconds(value) }
  return type === 'null' ? { type: 'void', value } : undefined
}

type NumberValue = Extract<Value, { readonly type: keyof typeof numberTypes }>

function isNumber(value: Value): value is NumberValue {
  return Object.hasOwn(numberTypes, value.type)
}

const numberTypes = {
  ubyte: 'unsignedbyte',
  ushort: 'unsignedshort',
  uint: 'unsignedint',
  byte: 'byte',
  short: 'short',
  int: 'signedint',
  float: 'float',
  double: 'double',
} as const

function toTable(entries: readonly Entry[]): FieldTable {
  const fields = new Map<string, FieldValue>()
  for (const [key, value] of entries) {
    const field = toField(value)
    if ((key.type === 'utf8' || key.type === 'symbol') && field !== undefined)
      fields.set(key.value, field)
  }
  return fields
}

export function inSeconds(milliseconds: number | bigint): number | bigint {
  return typeof milliseconds === 'bigint' ? milliseconds / 1000n : Math.trunc(milliseconds / 1000)
}
