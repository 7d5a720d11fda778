/**
 * The headers of a message, or the arguments of a binding: text, numbers, booleans, null, Buffers,
 * Dates, lists and tables of these.
 */
export type Headers = Readonly<Record<string, unknown>>

/**
 * Headers as JavaScript values. For a timestamp and a decimal, which JavaScript has no literal for,
 * amqplib gives `{ '!': type, value }`; here they are a Date and a number. Bytes are a Buffer.
 */
export function decodeHeaders(headers: Headers): Headers {
  return mapValues(headers, decodeValue)
}

/** Headers as amqplib sends them: it would make an empty table of a Date. */
export function encodeHeaders(headers: Headers): Headers {
  return mapValues(headers, encodeValue)
}

function decodeValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  if (Array.isArray(value)) return value.map(decodeValue)
  return decodeTyped(value) ?? mapValues(value, decodeValue)
}

function decodeTyped(value: object): Date | number | undefined {
  if (!('!' in value && 'value' in value)) return undefined
  if (value['!'] === 'timestamp') return dateOf(Number(value.value))
  return value['!'] === 'decimal' ? numberOf(value.value) : undefined
}

/** A Date reaches as far as the year 275760; a later time stays a number of seconds. */
function dateOf(seconds: number): Date | number {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? seconds : date
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('places' in value && 'digits' in value)) return undefined
  // amqplib reads the digits without their sign.
  return Number(`${Number(value.digits) | 0}e-${Number(value.places)}`)
}

function encodeValue(value: unknown): unknown {
  if (value instanceof Date) return { '!': 'timestamp', value: Math.floor(value.getTime() / 1000) }
  if (Array.isArray(value)) return value.map(encodeValue)
  const isTable = typeof value === 'object' && value !== null
  return isTable && !Buffer.isBuffer(value) && !('!' in value)
    ? mapValues(value, encodeValue)
    : value
}

/** Spreading keeps V8's hidden class, and is faster than adding the fields one by one. */
function mapValues(table: object, change: (value: unknown) => unknown): Headers {
  const changed: Record<string, unknown> = { ...table }
  for (const name of Object.keys(changed)) changed[name] = change(changed[name])
  return changed
}
