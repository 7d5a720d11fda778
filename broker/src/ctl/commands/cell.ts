import { isArray, isObject, scalarText, type Json } from '../api/json.ts'

/** How the values of a column are written. */
export type Kind = 'plain' | 'nodes' | 'arguments' | 'definition' | 'protocol'

/** A value as rabbitmqctl writes it in a table, which is often how Erlang writes it. */
export function textOf(kind: Kind, value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') {
    if (kind === 'arguments') return fieldsOf(value)
    if (kind === 'definition') return definition(value)
    if (kind === 'nodes' && isArray(value)) return `[${value.map(scalarText).join(', ')}]`
    return printable(JSON.stringify(value))
  }
  // "AMQP 0-9-1"
  if (kind === 'protocol') return `{${String(value).replace(/^\D*/, '').replaceAll('-', ',')}}`
  return printable(String(value))
}

/** A field table as Erlang writes it: `[{"x-max-length",10},{"x-overflow","drop-head"}]`. */
function fieldsOf(table: object): string {
  const fields = Object.entries(table).map(
    ([name, value]) => `{"${printable(name)}",${valueOf(value)}}`,
  )
  return `[${fields.join(',')}]`
}

function valueOf(value: Json): string {
  if (value === null) return 'undefined'
  // To Erlang, an empty string is an empty list.
  if (typeof value === 'string') return value === '' ? '[]' : quoted(value)
  if (isArray(value)) return `[${value.map(valueOf).join(',')}]`
  return isObject(value) ? fieldsOf(value) : String(value)
}

function quoted(text: string): string {
  return `"${printable(text.replaceAll(/["\\]/g, String.raw`\$&`))}"`
}

/** A policy that applies: `[{<<"max-length">>, 1}, {<<"overflow">>, reject-publish}]`. */
function definition(settings: object): string {
  const entries = Object.entries(settings)
  if (entries.length === 0) return '#{}'
  return printable(
    `[${entries.map(([name, value]) => `{<<"${name}">>, ${String(value)}}`).join(', ')}]`,
  )
}

/** Escapes control characters, so that the name of a queue cannot control the terminal. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about; a tab is harmless
  return text.replaceAll(/[\0-\x08\x0a-\x1f\x7f-\x9f]/g, (char) =>
    char === '\n' ? String.raw`\n` : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
