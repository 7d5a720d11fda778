import type { Session } from '../session.ts'
import type { FieldReader } from '../wire/field-reader.ts'
import type { IncomingFrame } from '../wire/frame-parser.ts'
import type { Response } from '../wire/frame-writer.ts'
import type { Head } from '../wire/head.ts'

/** A response, and what happens once the client has it. */
export interface Reply extends Response {
  readonly after?: () => void
}

/** What a client sent. */
export interface Incoming extends Head {
  readonly frame: IncomingFrame
}

/** Reads a command, and returns what carries it out. Throws a DecodeError. */
export type Command = (incoming: Incoming) => (session: Session) => void

/** A command that is answered. */
export function request<F>(
  read: (reader: FieldReader) => F,
  handle: (session: Session, fields: F) => Reply,
): Command {
  return ({ key, reader }) => {
    const correlationId = reader.long()
    const fields = read(reader)
    reader.expectEnd()
    return (session) => {
      const reply = handle(session, fields)
      session.host.frames.response(key, correlationId, reply)
      reply.after?.()
    }
  }
}

/** A command that is not answered. */
export function notice<F>(
  read: (reader: FieldReader) => F,
  handle: (session: Session, fields: F) => void,
): Command {
  return ({ reader }) => {
    const fields = read(reader)
    reader.expectEnd()
    return (session) => handle(session, fields)
  }
}
