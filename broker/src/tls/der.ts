// The part of ASN.1's DER encoding that certificates need.

/** A value: its tag, its length and its content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(body.length)]), body])
}

/** Below 128 one octet, otherwise the number of octets that follow, and these. */
function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length]
  return length < 0x1_00 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

export function sequence(...items: readonly Uint8Array[]): Buffer {
  return der(0x30, ...items)
}

export function set(...items: readonly Uint8Array[]): Buffer {
  return der(0x31, ...items)
}

/** A positive integer, given as octets. */
export function integer(octets: Uint8Array): Buffer {
  return der(0x02, (octets[0] ?? 0) < 0x80 ? octets : Buffer.concat([Buffer.of(0), octets]))
}

export function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.of(value ? 0xff : 0))
}

export function octetString(octets: Uint8Array): Buffer {
  return der(0x04, octets)
}

export function bitString(octets: Uint8Array, unusedBits = 0): Buffer {
  return der(0x03, Buffer.of(unusedBits), octets)
}

export function utf8String(text: string): Buffer {
  return der(0x0c, Buffer.from(text))
}

/** Until 2049: its year has two digits. */
export function utcTime(time: Date): Buffer {
  const digits = time.toISOString().replaceAll(/\D/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${digits}Z`))
}

/** For example 2.5.4.3. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** Seven bits per octet; all octets but the last have the eighth bit set. */
function base128(value: number): readonly number[] {
  const octets = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) octets.unshift((rest & 0x7f) | 0x80)
  return octets
}

/** A field that its number identifies: `[3] EXPLICIT ...`, or a choice without structure. */
export function field(
  number: number,
  content: Uint8Array,
  { explicit }: { explicit: boolean },
): Buffer {
  return der((explicit ? 0xa0 : 0x80) | number, content)
}
