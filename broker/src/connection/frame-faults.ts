import { erlangBinary } from '../core/erlang-term.ts'
import { ConnectionFault } from '../protocol/faults.ts'
import { ByteReader, DecodeError, MalformedTextError } from '../wire/byte-reader.ts'
import { TableError } from '../wire/field-table-codec.ts'
import { frameType, type Frame } from '../wire/frame.ts'
import type { MethodName } from '../wire/method-table.ts'
import { methodNameOf, readMethod, type Method } from '../wire/methods.ts'

const noBlame = { blamesMethod: false }

/** There is no such method, or a table in it is broken: RabbitMQ's reader ends without a word. */
export class UnreadableMethodError extends Error {
  override readonly name = 'UnreadableMethodError'
}

/** How long the payload of a frame has to be, and how long it may be, to be a frame at all. */
const bounds: ReadonlyMap<number, { readonly least: number; readonly most: number }> = new Map([
  [frameType.method, { least: 4, most: Infinity }],
  [frameType.header, { least: 12, most: Infinity }],
  [frameType.body, { least: 0, most: Infinity }],
  [frameType.heartbeat, { least: 0, most: 0 }],
])

/** Throws where a frame is of no known type, or cannot be of the type that it says. */
export function checkFrame(frame: Frame): void {
  const bound = bounds.get(frame.type)
  const { length } = frame.payload
  if (bound === undefined || length < bound.least || length > bound.most)
    throw frameFault(frame, 'unknown_frame')
}

/** A frame that is not one, for the `reason` that RabbitMQ gives. */
export function frameFault(frame: Frame, reason: string): ConnectionFault {
  return new ConnectionFault('FRAME_ERROR', `${describe(frame)}: ${reason}`, noBlame)
}

/** A frame where it cannot be. */
export function unexpectedFrame(frame: Frame): ConnectionFault {
  return new ConnectionFault('UNEXPECTED_FRAME', describe(frame), noBlame)
}

function describe({ type, payload }: Frame): string {
  const extent = payload.length <= 16 ? 'all' : 'first 16'
  return `type ${type}, ${extent} octets = ${erlangBinary(payload.subarray(0, 16))}`
}

/** The name of the method in a method frame, and its fields yet to be read. */
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

/** Reads the fields; what is malformed becomes the fault that RabbitMQ makes of it. */
export function readFields(name: MethodName, reader: ByteReader, frame: Frame): Method {
  try {
    const method = readMethod(name, reader)
    if (reader.remaining > 0) throw new DecodeError('bytes are left after the method')
    return method
  } catch (error) {
    if (error instanceof MalformedTextError)
      throw new ConnectionFault('FRAME_ERROR', error.message, noBlame)
    if (error instanceof TableError) throw new UnreadableMethodError(error.message)
    if (!(error instanceof DecodeError)) throw error
    // More would not fit into a reply text.
    const fields = Array.from(frame.payload.subarray(4, 132)).join()
    throw new ConnectionFault('FRAME_ERROR', `cannot decode <<${fields}>>`)
  }
}

/** A mistake of ours, of which the client hears no more than RabbitMQ would tell it. */
export function internalFault(): ConnectionFault {
  return new ConnectionFault('INTERNAL_ERROR', '', noBlame)
}
