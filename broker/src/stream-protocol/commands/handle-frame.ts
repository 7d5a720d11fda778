import { DecodeError } from '../../wire/byte-reader.ts'
import type { Session } from '../session.ts'
import type { IncomingFrame } from '../wire/frame-parser.ts'
import { readHead } from '../wire/head.ts'
import type { Command } from './command.ts'
import { connectionCommands } from './connection.ts'
import { consumingCommands } from './consuming.ts'
import { offsetCommands } from './offsets.ts'
import { publishingCommands } from './publishing.ts'
import { streamCommands } from './streams.ts'
import { superStreamCommands } from './super-streams.ts'

const commands: ReadonlyMap<number, Command> = new Map([
  ...publishingCommands,
  ...consumingCommands,
  ...offsetCommands,
  ...streamCommands,
  ...superStreamCommands,
  ...connectionCommands,
])

/** Handles a frame, or the next part of it. Throws a DecodeError if it cannot be understood. */
export function handleFrame(session: Session, frame: IncomingFrame): void {
  const { continuation } = frame
  // A client that goes on has read the responses.
  session.subscriptions.settle()
  frame.continuation = undefined
  if (continuation === undefined) commandIn(frame)(session)
  else continuation()
}

function commandIn(frame: IncomingFrame): (session: Session) => void {
  const head = readHead(frame.payload)
  const command = commands.get(head.key)
  if (command === undefined) throw new DecodeError(`command ${head.key} is unknown`)
  return command({ frame, ...head })
}
