import type { InferredOptionTypes } from 'yargs'

import { parse, type OptionTable, type Usage } from './arguments.ts'
import { Session, type SessionStatus } from '../index.ts'
import { stopOnSignal } from './stop-signal.ts'
import { Terminal } from './terminal.ts'

/** What the body of a command works with. */
export interface CommandContext<O extends OptionTable> {
  readonly args: Readonly<InferredOptionTypes<O>>
  readonly session: Session
  /** Aborted by the first Ctrl-C or SIGTERM: take nothing more, finish what is in hand, return. */
  readonly signal: AbortSignal
  /** One line a message, on stdout; with --json the facts in place of the text. */
  readonly print: (text: string, facts: Readonly<Record<string, unknown>>) => void
  /** What goes on, on stderr, unless --quiet. */
  readonly status: (text: string) => void
  /** How much is done, from 0 to 1: a bar on stderr if that is a terminal, unless --quiet. */
  readonly progress: (label: string, part: number) => void
}

/** A program: what it says of itself, and what it does. */
export interface Command<O extends OptionTable> extends Usage<O> {
  /** The oldest RabbitMQ that will do; it may depend on the arguments. */
  readonly minimumVersion?:
    | string
    | ((args: Readonly<InferredOptionTypes<O>>) => string | undefined)
  readonly run: (context: CommandContext<O>) => Promise<void>
}

/**
 * Runs a program from its command line to its exit code: parses the arguments, opens the session,
 * ends in good order on a signal, and turns an error into one line and exit code 1.
 */
export async function runCommand<const O extends OptionTable>(command: Command<O>): Promise<void> {
  const args = parse(command)
  if (args === undefined) return
  const { minimumVersion: minimum } = command
  const terminal = new Terminal(args)
  const stop = stopOnSignal(() => {
    terminal.status('stopping: finishing what is in hand; once more to stop at once')
  })
  let connected = false
  try {
    await using session = await Session.open({
      url: args.url,
      signal: stop.signal,
      reconnectFor: args['reconnect-for'] * 1000,
      minimumVersion: typeof minimum === 'function' ? minimum(args) : minimum,
      onStatus: (status) => {
        terminal.status(describeStatus(status))
      },
    })
    connected = true
    const run = command.run({
      args,
      session,
      signal: stop.signal,
      print: (text, facts) => {
        terminal.print(text, facts)
      },
      status: (text) => {
        terminal.status(text)
      },
      progress: (label, part) => {
        terminal.progress(label, part)
      },
    })
    await Promise.race([run, lossOf(session)])
  } catch (error) {
    // Stopped before a broker was found: there was nothing to finish.
    if (stop.signal.aborted && !connected) return
    process.exitCode = 1
    terminal.error(error)
  } finally {
    stop.forget()
  }
}

/** Rejects when the connection is lost for good, also when the program waits for something else. */
async function lossOf(session: Session): Promise<never> {
  const error = await session.closed
  if (error !== undefined) throw error
  return new Promise(() => {})
}

function describeStatus(status: SessionStatus): string {
  switch (status.type) {
    case 'disconnected':
      return `connection lost (${status.reason}); reconnecting`
    case 'reconnected':
      return `connected again to ${status.url}`
    case 'blocked':
      return `the broker takes no messages for now (${status.reason}); waiting`
    case 'unblocked':
      return 'the broker takes messages again'
  }
}
