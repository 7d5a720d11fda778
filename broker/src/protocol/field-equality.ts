import type { FieldTable, FieldValue } from './field-value.ts'

/**
 * A text that two values share exactly when RabbitMQ takes them for equal: numbers by their value
 * whatever their width, strings and bytes by their bytes, tables whatever the order of the fields.
 */
export function canonical(field: FieldValue): string {
  switch (field.type) {
    case 'longstr':
      return JSON.stringify(field.value)
    case 'binary':
      return `x${Array.from(field.value).join(',')}`
    case 'table':
      return canonicalTable(field.value)
    case 'array':
      return `[${field.value.map(canonical).join()}]`
    case 'decimal':
      return `D${field.value.scale}:${field.value.unscaled}`
    case 'float':
    case 'double':
      // Erlang does not take 1.0 for 1.
      return `${field.value}f`
    case 'void':
    case 'bool':
    case 'byte':
    case 'unsignedbyte':
    case 'short':
    case 'unsignedshort':
    case 'signedint':
    case 'unsignedint':
    case 'long':
    case 'timestamp':
      return String(field.value)
  }
}

export function canonicalTable(fields: FieldTable): string {
  if (fields.size === 0) return '{}'
  const entries = Array.from(fields, ([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
  return `{${entries.toSorted().join()}}`
}
