// How this lesson writes headers on a command line. AMQP headers have types: a headers exchange
// treats the text "5" and the number 5 as different values.

/** The value of a header. In a binding, null (AMQP's void) matches the header with any value. */
export type Value = string | number | boolean | null

/** Reads a list of words: "format=pdf" is text, "pages:=5" a number, and "urgent" has no value. */
export function parseHeaders(words: readonly string[]): Record<string, Value> {
  const headers = new Map<string, Value>()
  for (const word of words) {
    const [, name = word, equals, text = ''] = /^(.*?)(:?=)(.*)$/s.exec(word) ?? []
    if (name === '' || Buffer.byteLength(name) > 255)
      throw new Error(`the name in "${word}" must have 1 to 255 bytes; write format=pdf`)
    if (headers.has(name)) throw new Error(`"${name}" is given twice; a header has one value`)
    headers.set(name, equals === undefined ? null : equals === '=' ? text : parseTyped(word, text))
  }
  return Object.fromEntries(headers)
}

/**
 * The same for a message, whose headers all need values. A word without one is probably the message
 * itself, and the user forgot the "--" before it.
 */
export function parseValues(words: readonly string[]): Record<string, Value> {
  const headers = parseHeaders(words)
  const bare = Object.keys(headers).find((name) => headers[name] === null)
  if (bare === undefined) return headers
  throw new Error(`"${bare}" has no value; write ${bare}=..., or "--" before the message`)
}

function parseTyped(word: string, text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw new Error(`"${word}" is neither a number nor true nor false; for text, write = and not :=`)
}

/**
 * Writes headers the same way, also those of programs in other languages. A table has no order, and
 * RabbitMQ sorts it by name, so we do too.
 */
export function showHeaders(headers: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const words = sorted.map(([name, value]) => {
    if (value === null) return name
    return typeof value === 'string'
      ? `${name}=${value}`
      : `${name}:=${JSON.stringify(value, bytesAsHex)}`
  })
  return words.join(' ') || 'no headers'
}

function bytesAsHex(this: Readonly<Record<string, unknown>>, name: string, json: unknown): unknown {
  const value = this[name]
  return Buffer.isBuffer(value) ? value.toString('hex') : json
}
