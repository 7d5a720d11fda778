/**
 * Text in AMQP should be UTF-8, but RabbitMQ does not check headers. So that consumers get the same
 * bytes that the publisher sent, a byte that is not UTF-8 is decoded to a lone surrogate, from U+DC80
 * to U+DCFF, and encoded to that byte again. Python calls this surrogateescape.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const escapeBase = 0xdc00
const escaped = /[\uDC80-\uDCFF]/

/** Decodes `bytes`. Throws a TypeError if they are not UTF-8. */
export function decodeStrict(bytes: Uint8Array, start: number, end: number): string {
  return decodeShortAscii(bytes, start, end) ?? strict.decode(bytes.subarray(start, end))
}

/** Decodes any bytes. */
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

/** Node stores a longer text that is put together like this in as many pieces as it has characters. */
const longestLoop = 12

// For texts as short as most names, this loop is faster than TextDecoder.
function decodeShortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > longestLoop) return undefined
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

/** The length of the UTF-8 sequence at `position`; 0 if there is none. */
function sequenceLength(bytes: Uint8Array, position: number): number {
  for (let length = 1; length <= 4 && position + length <= bytes.length; length++) {
    try {
      strict.decode(bytes.subarray(position, position + length))
      return length
    } catch {
      // A longer sequence may still be valid.
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
