import type { FieldTable, FieldValue } from './field-value.ts'

/**
 * A text that two values share exactly when RabbitMQ takes them for equal: numbers by their value
 * whatever their width, strings and bytes by their bytes, tables whatever the order of the fields.
 */
export function canonical(field: FieldValue): string {
  const { type, value } = field
  if (type === 'longstr') return JSON.stringify(value)
  if (type === 'table') return canonicalTable(value)
  if (type === 'array') return `[${value.map(canonical).join()}]`
  if (type === 'binary') return `x${Array.from(value).join()}`
  if (type === 'decimal') return `D${value.scale}:${value.unscaled}`
  // Erlang does not take 1.0 for 1.
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
