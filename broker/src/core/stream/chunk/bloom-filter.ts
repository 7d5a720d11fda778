/**
 * The filter of a chunk: a few bits that say which filter values its messages may have. It can claim a
 * value that no message has, and never misses one. Bit 0 is for messages without a value.
 */
export function createFilter(values: ReadonlySet<string>, size: number): Uint8Array | undefined {
  const hasValue = values.size > (values.has('') ? 1 : 0)
  if (!hasValue) return undefined
  const filter = new Uint8Array(size)
  for (const value of values) for (const bit of bitsOf(value, size)) setBit(filter, bit)
  return filter
}

/** What a consumer wants to read. */
export interface FilterSpec {
  readonly values: readonly string[]
  /** Also chunks with messages that have no filter value. */
  readonly matchUnfiltered: boolean
}

/** Whether a chunk may contain a message that the consumer wants. `filter` is empty without values. */
export function matchesFilter(filter: Uint8Array, spec: FilterSpec): boolean {
  if (filter.length === 0) return spec.matchUnfiltered
  if (spec.matchUnfiltered && hasBit(filter, 0)) return true
  return spec.values.some((value) =>
    bitsOf(value, filter.length).every((bit) => hasBit(filter, bit)),
  )
}

function bitsOf(value: string, size: number): readonly number[] {
  if (value === '') return [0]
  const others = size * 8 - 1
  return [1 + (hash(value, 0x811c_9dc5) % others), 1 + (hash(value, 0x01b3_79ad) % others)]
}

/** FNV-1a. */
function hash(value: string, seed: number): number {
  let result = seed
  for (let at = 0; at < value.length; at++)
    result = Math.imul(result ^ value.charCodeAt(at), 0x0100_0193)
  // The low bits of FNV-1a are the least mixed, and the remainder depends on them.
  return (result ^ (result >>> 15)) >>> 0
}

function setBit(filter: Uint8Array, bit: number): void {
  filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
}

function hasBit(filter: Uint8Array, bit: number): boolean {
  return ((filter[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0
}
