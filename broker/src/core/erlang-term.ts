import type { FieldValue } from '../protocol/field-value.ts'

/**
 * A value as RabbitMQ prints it in its error texts, where it prints the Erlang term that it holds.
 * Clients and their tests compare these texts.
 */
export function erlangTerm(field: FieldValue): string {
  switch (field.type) {
    case 'longstr':
      return erlangBinary(new TextEncoder().encode(field.value))
    case 'binary':
      return erlangBinary(field.value)
    case 'table': {
      const entries = Array.from(
        field.value,
        ([name, value]) => `{<<"${name}">>,${value.type},${erlangTerm(value)}}`,
      )
      return `[${entries.join()}]`
    }
    case 'array':
      return `[${field.value.map((value) => `{${value.type},${erlangTerm(value)}}`).join()}]`
    case 'decimal':
      return `{${field.value.scale},${field.value.unscaled}}`
    case 'void':
    case 'bool':
    case 'byte':
    case 'unsignedbyte':
    case 'short':
    case 'unsignedshort':
    case 'signedint':
    case 'unsignedint':
    case 'long':
    case 'float':
    case 'double':
    case 'timestamp':
      return String(field.value)
  }
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
