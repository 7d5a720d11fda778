import type { OffsetSpec } from '../../core/stream/log/offset-spec.ts'
import { DecodeError } from '../../wire/byte-reader.ts'
import type { FieldReader } from './field-reader.ts'

const byType: ReadonlyMap<number, OffsetSpec> = new Map([
  [1, 'first'],
  [2, 'last'],
  [3, 'next'],
])

/** The type of the offset in responses. */
export const offsetType = 4

/** An offset specification: where a client wants to start reading. */
export function readOffsetSpec(reader: FieldReader): OffsetSpec {
  const spec = readOptionalOffsetSpec(reader)
  if (spec === undefined) throw new DecodeError('an offset specification is missing')
  return spec
}

/** Returns undefined for type 0: the client does not say where to start. */
export function readOptionalOffsetSpec(reader: FieldReader): OffsetSpec | undefined {
  const type = reader.short()
  if (type === 0) return undefined
  // A number of 64 bits is beyond the end of every log, exact or not.
  if (type === offsetType) return { offset: Number(reader.unsignedLonglong()) }
  if (type === 5) return { timestamp: Number(reader.signedLonglong()) }
  const spec = byType.get(type)
  if (spec === undefined) throw new DecodeError(`there is no offset type ${type}`)
  return spec
}
