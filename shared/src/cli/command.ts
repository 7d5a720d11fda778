import { MessagingError, type SessionOptions, type SessionStatus } from '../index.ts'
import { parse } from './arguments.ts'
import { messages, type Series } from './messages.ts'
import { stopOnSignal } from './stop-signal.ts'
import { Terminal } from './terminal.ts'
import type { Args, OptionTable, Usage } from './usage.ts'

/** What a program gets from its command line and from the kit. */
export interface CommandContext<O extends OptionTable> {
  /** The options and positional arguments of the program, by name. */
  readonly args: Readonly<Args<O>>
  /** The broker that --url or AMQP_URL names: pass it to Session.open. */
  readonly broker: SessionOptions
  /**
   * Aborted by the first Ctrl-C or SIGTERM: stop taking messages, finish the current one, return.
   */
  readonly signal: AbortSignal
  /**
   * The messages to send: the words on the command line as one message, or else a series of
   * numbered messages with this text. Ctrl-C ends it early.
   */
  readonly messages: (series: Series) => Iterable<string>
  /** Prints one line per message to stdout: the text or, with --json, the facts. */
  readonly print: (text: string, facts: Readonly<Record<string, unknown>>) => void
  /** Prints a note about what the program is doing to stderr, unless --quiet. */
  readonly status: (text: string) => void
  /**
   * Shows how much is done, from 0 to 1, as a bar on stderr if that is a terminal, unless --quiet.
   */
  readonly progress: (label: string, part: number) => void
}

/** What a program does. */
export type Program<O extends OptionTable> = (context: CommandContext<O>) => Promise<void>

/**
 * Describes a command, and returns a function that runs a program as this command: it parses the
 * command line, shuts the program down gracefully on Ctrl-C or SIGTERM, and turns an error into one
 * line and exit code 1.
 *
 *     const runSender = defineCommand({
 *       name: 'demo sender',
 *       describe: 'Sends "Hi" to the queue "demo".',
 *       examples: [['', 'send it once']],
 *     })
 *
 *     await runSender(async ({ broker }) => {
 *       await using session = await Session.open(broker)
 *       const queue = await session.queue('demo')
 *       await queue.send('Hi')
 *     })
 */
export function defineCommand<const O extends OptionTable>(
  usage: Usage<O>,
): (program: Program<O>) => Promise<void> {
  return (program) => run(usage, program)
}

async function run<O extends OptionTable>(usage: Usage<O>, program: Program<O>): Promise<void> {
  const args = await parse(usage)
  if (args === undefined) return
  const terminal = new Terminal(args)
  const stop = stopOnSignal({
    onStop() {
      terminal.status('shutting down gracefully; press Ctrl-C again to exit immediately')
    },
    onOutputError(error) {
      process.exitCode = 1
      terminal.error(new Error(`cannot print: ${error.message}`, { cause: error }))
    },
  })
  let connectionLost = false
  const broker: SessionOptions = {
    url: args.url ?? (process.env['AMQP_URL'] || undefined),
    connectionName: usage.name,
    signal: stop.signal,
    reconnectFor: args['reconnect-for'] * 1000,
    onStatus(status) {
      connectionLost ||= status.type === 'disconnected'
      terminal.status(describeStatus(status))
    },
  }
  try {
    await program({
      args,
      broker,
      signal: stop.signal,
      messages(series) {
        const { words = [], count = words.length > 0 ? 1 : (usage.series ?? 1) } = args
        return messages(series, { words, count, signal: stop.signal })
      },
      print: terminal.print.bind(terminal),
      status: terminal.status.bind(terminal),
      progress: terminal.progress.bind(terminal),
    })
  } catch (error) {
    // Stopped before the first connection: there was nothing to finish.
    const closed = error instanceof MessagingError && error.code === 'CLOSED'
    if (stop.signal.aborted && closed && !connectionLost) return
    process.exitCode = 1
    terminal.error(error)
  } finally {
    stop.forget()
  }
}

function describeStatus(status: SessionStatus): string {
  switch (status.type) {
    case 'disconnected':
      return `connection lost (${status.reason}); reconnecting`
    case 'reconnected':
      return `reconnected to ${status.url}`
    case 'blocked':
      return `the broker is not accepting messages (${status.reason}); waiting`
    case 'unblocked':
      return 'the broker is accepting messages again'
  }
}
