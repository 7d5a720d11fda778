import type { FieldTable, FieldValue } from './field-value.ts'

/**
 * A text that is the same for two values if RabbitMQ considers them equal. The width of an integer and
 * the order of the fields in a table do not matter.
 */
export function canonical(field: FieldValue): string {
  const { type, value } = field
  if (type === 'longstr') return JSON.stringify(value)
  if (type === 'table') return canonicalTable(value)
  if (type === 'array') return `[${value.map(canonical).join()}]`
  if (type === 'binary') return `x${Array.from(value).join()}`
  if (type === 'decimal') return `D${value.scale}:${value.unscaled}`
  // In Erlang, 1.0 does not equal 1.
  if (type === 'float' || type === 'double') return `${value}f`
  return String(value)
}

export function canonicalTable(fields: FieldTable): string {
  if (fields.size === 0) return '{}'
  const entries = Array.from(
    fields,
    ([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`,
  )
  return `{${entries.toSorted().join()}}`
}
