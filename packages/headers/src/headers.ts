// How this lesson writes headers on a command line. AMQP headers are typed: the text "5" and the
// number 5 are different values, and a headers exchange takes them for different.

/** A header's value; null is AMQP's void, which in a binding asks for the header, whatever its value. */
export type Value = string | number | boolean | null

/** What a list of words says: "format=pdf" is text, "pages:=5" a number, "urgent" no value at all. */
export function parseHeaders(words: readonly string[]): Record<string, Value> {
  const headers = new Map<string, Value>()
  for (const word of words) {
    const [, name = word, equals, text = ''] = /^(.*?)(:?=)(.*)$/s.exec(word) ?? []
    if (name === '' || Buffer.byteLength(name) > 255)
      throw new Error(`"${word}" has no name of 1 to 255 bytes: write format=pdf`)
    if (headers.has(name)) throw new Error(`"${name}" is there twice: a header has one value`)
    headers.set(name, equals === undefined ? null : equals === '=' ? text : parseTyped(word, text))
  }
  return Object.fromEntries(headers)
}

/** The same for a message, of which somebody may have forgotten that its words come behind "--". */
export function parseValues(words: readonly string[]): Record<string, Value> {
  const headers = parseHeaders(words)
  const bare = Object.keys(headers).find((name) => headers[name] === null)
  if (bare === undefined) return headers
  throw new Error(`"${bare}" has no value: ${bare}=... is a header; a message comes behind "--"`)
}

function parseTyped(word: string, text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw new Error(`"${word}" is neither a number nor true nor false: with = it would be text`)
}

/**
 * Headers as they are written here, also those that a program in another language has sent. A table
 * has no order; RabbitMQ hands it out in that of the names.
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
