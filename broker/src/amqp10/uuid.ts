const urn = /^urn:uuid:([\da-f]{8})-([\da-f]{4})-([\da-f]{4})-([\da-f]{4})-([\da-f]{12})$/i

/** The 16 bytes of `urn:uuid:` and a UUID; undefined for any other text. */
export function uuidOf(text: string): Uint8Array | undefined {
  const match = urn.exec(text)
  if (match === null) return undefined
  const digits = match.slice(1).join('')
  return Uint8Array.from({ length: 16 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  )
}

export function uuidUrn(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const parts = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16)]
  return `urn:uuid:${[...parts, digits.slice(16, 20), digits.slice(20)].join('-')}`
}
