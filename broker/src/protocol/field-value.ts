/**
 * A value in a field table, with the type that it had on the wire. Error texts contain RabbitMQ's name
 * of the type, and consumers must receive the types that the publisher sent.
 */
export type FieldValue =
  | { readonly type: IntegerType; readonly value: number }
  | { readonly type: 'long' | 'timestamp'; readonly value: number | bigint }
  | { readonly type: 'float' | 'double'; readonly value: number }
  | { readonly type: 'decimal'; readonly value: Decimal }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'longstr'; readonly value: string }
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'table'; readonly value: FieldTable }
  | { readonly type: 'array'; readonly value: readonly FieldValue[] }
  | { readonly type: 'void'; readonly value: undefined }

export type IntegerType =
  | 'byte'
  | 'unsignedbyte'
  | 'short'
  | 'unsignedshort'
  | 'signedint'
  | 'unsignedint'

export type FieldType = FieldValue['type']

/** The number is `unscaled` divided by ten to the power of `scale`. */
export interface Decimal {
  readonly scale: number
  readonly unscaled: number
}

/** In the order of the wire. Of two fields with the same name, RabbitMQ uses the first. */
export type FieldTable = ReadonlyMap<string, FieldValue>

export const emptyTable: FieldTable = new Map()

/** The fields sorted by name: RabbitMQ sorts headers when it adds some. */
export function sortedTable(fields: FieldTable): FieldTable {
  return new Map(Array.from(fields).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))))
}

export function longstr(value: string): FieldValue {
  return { type: 'longstr', value }
}

export function long(value: number): FieldValue {
  return { type: 'long', value }
}

export function bool(value: boolean): FieldValue {
  return { type: 'bool', value }
}

export function table(entries: Readonly<Record<string, FieldValue>>): FieldValue {
  return { type: 'table', value: new Map(Object.entries(entries)) }
}

/** The values without their types; a table becomes an object. */
export function plainFields(fields: FieldTable): Record<string, unknown> {
  return Object.fromEntries(Array.from(fields, ([name, field]) => [name, plainValue(field)]))
}

function plainValue(field: FieldValue): unknown {
  if (field.type === 'table') return plainFields(field.value)
  return field.type === 'array' ? field.value.map(plainValue) : field.value
}

const integerTypes: ReadonlySet<FieldType> = new Set<FieldType>([
  'byte',
  'unsignedbyte',
  'short',
  'unsignedshort',
  'signedint',
  'unsignedint',
  'long',
])

/** The value of an integer of any width; undefined for other types. */
export function integerOf(field: FieldValue): number | bigint | undefined {
  if (!integerTypes.has(field.type)) return undefined
  return typeof field.value === 'number' || typeof field.value === 'bigint'
    ? field.value
    : undefined
}
