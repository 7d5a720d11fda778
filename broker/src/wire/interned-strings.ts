import { decodeStrict } from './text.ts'

const size = 1024
const longest = 64

/**
 * Decodes short strings, and returns the same string for the same bytes. Messages repeat a few names,
 * and a million waiting messages should not hold a million copies of one routing key.
 */
export class InternedStrings {
  readonly #bytes: (Uint8Array | undefined)[] = Array.from({ length: size })
  readonly #strings: string[] = Array.from({ length: size }, () => '')

  /** Throws a TypeError if the bytes are not UTF-8. */
  decode(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start
    if (length === 0) return ''
    if (length > longest) return decodeStrict(bytes, start, end)
    let hash = length
    for (let i = start; i < end; i++) hash = (hash * 31 + (bytes[i] ?? 0)) | 0
    const slot = (hash ^ (hash >>> 15)) & (size - 1)
    const known = this.#bytes[slot]
    if (known !== undefined && equal(known, bytes, start, length)) return this.#strings[slot] ?? ''
    const text = decodeStrict(bytes, start, end)
    this.#bytes[slot] = bytes.slice(start, end)
    this.#strings[slot] = text
    return text
  }
}

// oxlint-disable-next-line max-params -- this runs for every method, and creating a slice takes longer than the comparison
function equal(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let i = 0; i < length; i++) if (known[i] !== bytes[start + i]) return false
  return true
}
