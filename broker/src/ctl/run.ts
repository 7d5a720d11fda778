import { adminCommands } from './commands/admin-commands.ts'
import type { Command } from './invocation/command.ts'
import { CommandFailure, exitCodes, UsageFailure } from './api/failure.ts'
import { listCommands } from './commands/list-commands.ts'
import { ManagementApi, RefusedRequest } from './api/management-api.ts'
import { managementUrl } from './api/management-url.ts'
import { parseCommand } from './invocation/parse.ts'
import { queueCommands } from './commands/queue-commands.ts'

const commands = new Map<string, Command>(
  Object.entries({ ...listCommands, ...queueCommands, ...adminCommands }),
)

const program = 'messaging-patterns-broker'

/** The commands, for people. */
export const commandHelp = Array.from(
  commands,
  ([name, { summary }]) => `  ${name.padEnd(19)}${summary}`,
).join('\n')

/** Where a command reads and writes. */
export interface Streams {
  readonly print: (line: string) => void
  readonly printError: (line: string) => void
  readonly readInput: () => Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Runs one of rabbitmqctl's commands against a broker that is running: `list_queues name messages`.
 * Returns rabbitmqctl's exit code.
 */
export async function runCommand(words: readonly string[], streams: Streams): Promise<number> {
  const [name = '', ...rest] = words
  const command = commands.get(name)
  if (command === undefined) {
    streams.printError(`\nCommand '${name}' not found. \n\nAvailable commands:\n\n${commandHelp}\n`)
    return exitCodes.usage
  }
  try {
    await run({ name, command, rest }, streams)
    return 0
  } catch (error) {
    const failure = failureOf(error)
    streams.printError(
      failure instanceof UsageFailure
        ? `Error (argument validation): ${failure.message}\nArguments given:\n\t${words.join(' ')}\n\n${usageOf(name, command)}`
        : failure.message,
    )
    return failure.exitCode
  }
}

interface Invocation {
  readonly name: string
  readonly command: Command
  readonly rest: readonly string[]
}

async function run({ name, command, rest }: Invocation, streams: Streams): Promise<void> {
  const parsed = parseCommand(command, rest)
  const { print, readInput, env } = streams
  if (parsed.given.has('help')) {
    print(usageOf(name, command))
    return
  }
  const url = managementUrl({ option: parsed.given.get('management-url'), env })
  const api = new ManagementApi(url, parsed.options.timeout * 1000)
  await command.run({ ...parsed, api, print, readInput })
}

function failureOf(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error
  if (error instanceof RefusedRequest) return new CommandFailure(`Error:\n${error.message}`)
  throw error
}

function usageOf(name: string, { usage: rest, summary }: Command): string {
  return `Usage\n\n${program} ${name} ${rest} [--quiet] [--management-url <url>] [--timeout <timeout>]\n\n${summary}.`
}
