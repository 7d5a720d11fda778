import type { FieldValue } from './field-value.ts'

/**
 * A value as RabbitMQ's error texts show it: as an Erlang term. Clients and their tests compare these
 * texts.
 */
export function erlangTerm(field: FieldValue): string {
  const { type, value } = field
  if (type === 'longstr') return erlangBinary(new TextEncoder().encode(value))
  if (type === 'binary') return erlangBinary(value)
  if (type === 'array') return `[${value.map((item) => `{${typedTerm(item)}}`).join()}]`
  if (type === 'table')
    return `[${Array.from(value, ([name, item]) => `{<<"${name}">>,${typedTerm(item)}}`).join()}]`
  if (type === 'decimal') return `{${value.scale},${value.unscaled}}`
  return String(value)
}

function typedTerm(field: FieldValue): string {
  return `${field.type},${erlangTerm(field)}`
}

/** Bytes as Erlang prints them: as text if all of them are printable. */
export function erlangBinary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<<>>'
  const printable = bytes.every((byte) => byte >= 32 && byte < 127)
  return printable ? `<<"${String.fromCharCode(...bytes)}">>` : `<<${Array.from(bytes).join()}>>`
}

/** The same for texts in which RabbitMQ prints strings without quotes. */
export function plainTerm(field: FieldValue): string {
  return field.type === 'longstr' ? field.value : erlangTerm(field)
}
