import { DecodeError } from '../../wire/byte-reader.ts'
import { commandKey } from './commands.ts'
import { FieldReader } from './field-reader.ts'

/** The first fields of a frame. */
export interface Head {
  readonly key: number
  readonly version: number
  /** At the first field after these. */
  readonly reader: FieldReader
}

/** Throws a DecodeError if the version of the command is unknown. */
export function readHead(payload: Uint8Array): Head {
  const reader = new FieldReader(payload)
  const key = reader.short()
  const version = reader.short()
  const newest = key === commandKey.publish ? 2 : 1
  if (version < 1 || version > newest)
    throw new DecodeError(`command ${key} has no version ${version}`)
  return { key, version, reader }
}
