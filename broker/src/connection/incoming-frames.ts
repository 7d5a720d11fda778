import { erlangBinary } from '../protocol/erlang-term.ts'
import { ConnectionFault } from '../protocol/faults.ts'
import { ByteReader, DecodeError, MalformedTextError } from '../wire/byte-reader.ts'
import { TableError } from '../wire/field-table-codec.ts'
import { frameType, type Frame } from '../wire/frame.ts'
import type { MethodName } from '../wire/method-table.ts'
import { methodNameOf, readMethod, type Method } from '../wire/methods.ts'

const namesNoMethod = { namesMethod: false }

/** The method does not exist, or a table in it is broken: RabbitMQ disconnects without a reply. */
export class UnreadableMethodError extends Error {
  override readonly name = 'UnreadableMethodError'
}

/** The shortest and the longest payload of each type of frame. */
const bounds: ReadonlyMap<number, { readonly least: number; readonly most: number }> = new Map([
  [frameType.method, { least: 4, most: Infinity }],
  [frameType.header, { least: 12, most: Infinity }],
  [frameType.body, { least: 0, most: Infinity }],
  [frameType.heartbeat, { least: 0, most: 0 }],
])

/** Throws if the type of a frame is unknown, or its payload too short or too long for the type. */
export function checkFrame(frame: Frame): void {
  const bound = bounds.get(frame.type)
  const { length } = frame.payload
  if (bound === undefined || length < bound.least || length > bound.most)
    throw frameFault(frame, 'unknown_frame')
}

/** The fault for a malformed frame, with RabbitMQ's name for the reason. */
export function frameFault(frame: Frame, reason: string): ConnectionFault {
  return new ConnectionFault('FRAME_ERROR', `${describe(frame)}: ${reason}`, namesNoMethod)
}

/** The fault for a frame of the wrong type, or on the wrong channel. */
export function unexpectedFrame(frame: Frame): ConnectionFault {
  return new ConnectionFault('UNEXPECTED_FRAME', describe(frame), namesNoMethod)
}

function describe({ type, payload }: Frame): string {
  const extent = payload.length <= 16 ? 'all' : 'first 16'
  return `type ${type}, ${extent} octets = ${erlangBinary(payload.subarray(0, 16))}`
}

/** The name of the method in a method frame, and a reader at the start of its fields. */
export function readMethodName(frame: Frame): {
  readonly name: MethodName
  readonly reader: ByteReader
} {
  const reader = new ByteReader(frame.payload)
  const classId = reader.short()
  const methodId = reader.short()
  const name = methodNameOf(classId, methodId)
  if (name === undefined) throw new UnreadableMethodError(`no method ${classId}/${methodId}`)
  return { name, reader }
}

/** Reads the fields of a method. If they are malformed, it throws the fault that RabbitMQ sends. */
export function readMethodFields(name: MethodName, reader: ByteReader, frame: Frame): Method {
  try {
    const method = readMethod(name, reader)
    if (reader.remaining > 0) throw new DecodeError('bytes are left after the method')
    return method
  } catch (error) {
    if (error instanceof MalformedTextError)
      throw new ConnectionFault('FRAME_ERROR', error.message, namesNoMethod)
    if (error instanceof TableError) throw new UnreadableMethodError(error.message)
    if (!(error instanceof DecodeError)) throw error
    // A reply text has no room for more.
    const fields = Array.from(frame.payload.subarray(4, 132)).join()
    throw new ConnectionFault('FRAME_ERROR', `cannot decode <<${fields}>>`)
  }
}
