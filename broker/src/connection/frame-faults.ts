import { erlangBinary } from '../core/erlang-term.ts'
import { ConnectionFault } from '../protocol/faults.ts'
import { ByteReader, DecodeError, MalformedTextError } from '../wire/byte-reader.ts'
import type { Frame } from '../wire/frame.ts'
import type { MethodName } from '../wire/method-table.ts'
import { methodNameOf, readMethod, type Method } from '../wire/methods.ts'

const noBlame = { blamesMethod: false }

/** There is no such method: RabbitMQ's reader ends here without a word. */
export class UnknownMethodError extends Error {
  override readonly name = 'UnknownMethodError'
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
  if (frame.payload.length < 4) throw new UnknownMethodError('a method frame without a method')
  const reader = new ByteReader(frame.payload)
  const classId = reader.short()
  const methodId = reader.short()
  const name = methodNameOf(classId, methodId)
  if (name === undefined) throw new UnknownMethodError(`no method ${classId}/${methodId}`)
  return { name, reader }
}

/** Reads the fields; what is malformed becomes the fault that RabbitMQ makes of it. */
export function readFields(name: MethodName, reader: ByteReader, frame: Frame): Method {
  try {
    return readMethod(name, reader)
  } catch (error) {
    if (error instanceof MalformedTextError)
      throw new ConnectionFault('FRAME_ERROR', error.message, noBlame)
    if (!(error instanceof DecodeError) && !(error instanceof RangeError)) throw error
    const fields = Array.from(frame.payload.subarray(4, 68)).join()
    throw new ConnectionFault('FRAME_ERROR', `cannot decode <<${fields}>>`)
  }
}

/** A mistake of ours: RabbitMQ says no more than this either. */
export function internalFault(error: unknown): ConnectionFault {
  queueMicrotask(() => {
    throw error
  })
  return new ConnectionFault('INTERNAL_ERROR', '', { blamesMethod: false })
}
