/**
 * Text as AMQP carries it: UTF-8, except that nobody checks it in a header. A byte that is not
 * UTF-8 becomes a lone surrogate U+DC80..U+DCFF and goes back to that byte, so that a message
 * leaves byte for byte as it came (Python calls this surrogateescape).
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const escapeBase = 0xdc00
const escaped = /[\uDC80-\uDCFF]/

/** Decodes `bytes`; throws a TypeError where they are not UTF-8. */
export function decodeStrict(bytes: Uint8Array, start: number, end: number): string {
  return decodeShortAscii(bytes, start, end) ?? strict.decode(bytes.subarray(start, end))
}

/** Decodes any bytes at all. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  try {
    return decodeStrict(bytes, start, end)
  } catch {
    return decodeEscaping(bytes.subarray(start, end))
  }
}

export function encodeText(text: string): Uint8Array {
  return escaped.test(text) ? encodeEscaped(text) : encoder.encode(text)
}

// TextDecoder costs more than the loop as long as the text is a name or a routing key.
function decodeShortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > 48) return undefined
  let text = ''
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0x80
    if (byte > 0x7f) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}

function decodeEscaping(bytes: Uint8Array): string {
  let text = ''
  let position = 0
  while (position < bytes.length) {
    const length = sequenceLength(bytes, position)
    text +=
      length === 0
        ? String.fromCharCode(escapeBase + (bytes[position] ?? 0))
        : strict.decode(bytes.subarray(position, position + length))
    position += Math.max(length, 1)
  }
  return text
}

/** The length of the UTF-8 sequence at `position`, 0 where there is none. */
function sequenceLength(bytes: Uint8Array, position: number): number {
  for (let length = 1; length <= 4 && position + length <= bytes.length; length++) {
    try {
      strict.decode(bytes.subarray(position, position + length))
      return length
    } catch {
      // A longer sequence may still be whole.
    }
  }
  return 0
}

function encodeEscaped(text: string): Uint8Array {
  const parts: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - escapeBase)
    else parts.push(...encoder.encode(character))
  }
  return Uint8Array.from(parts)
}
