import type { FieldValue } from './field-value.ts'

/**
 * A value as RabbitMQ prints it in its error texts, where it prints the Erlang term that it holds.
 * Clients and their tests compare these texts.
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

/** Bytes as Erlang prints them: as text where all of them can be shown. */
export function erlangBinary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<<>>'
  const printable = bytes.every((byte) => byte >= 32 && byte < 127)
  return printable ? `<<"${String.fromCharCode(...bytes)}">>` : `<<${Array.from(bytes).join()}>>`
}

/** A value where RabbitMQ prints strings as they are, and other terms as terms. */
export function plainTerm(field: FieldValue): string {
  return field.type === 'longstr' ? field.value : erlangTerm(field)
}
