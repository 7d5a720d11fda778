import { parseArgs } from 'node:util'

import type { SharedOptions } from './call.ts'
import type { Command, OptionsConfig } from './command.ts'
import { UsageFailure } from '../api/failure.ts'

const shared: OptionsConfig = {
  vhost: { type: 'string', short: 'p' },
  quiet: { type: 'boolean', short: 'q' },
  silent: { type: 'boolean', short: 's' },
  timeout: { type: 'string', short: 't' },
  'management-url': { type: 'string' },
  help: { type: 'boolean' },
}

export interface ParsedCommand {
  readonly args: readonly string[]
  readonly options: SharedOptions
  /** All options that were given, with their values; a flag has none. */
  readonly given: ReadonlyMap<string, string | undefined>
}

/** Reads what follows the name of a command; the errors have rabbitmqctl's texts. */
export function parseCommand(command: Command, words: readonly string[]): ParsedCommand {
  const config = { ...shared, ...command.options }
  const { positionals, tokens } = parseArgs({
    args: [...words],
    options: config,
    strict: false,
    tokens: true,
  })
  const options = tokens.filter((token) => token.kind === 'option')
  const invalid = options.filter(({ name, value }) => !isUsable(name, value))
  if (invalid.length > 0) {
    const lines = invalid.map(({ name, rawName, value }) =>
      // Of an option that it does not know, rabbitmqctl does not know whether it has a value.
      Object.hasOwn(config, name) ? `${rawName} : ${value ?? ''}` : `${rawName} : `,
    )
    throw new UsageFailure(`Invalid options for this command:\n${lines.join('\n')}`)
  }
  const given = new Map(options.map(({ name, value }) => [name, value]))
  if (!given.has('help')) checkArity(command.arity, positionals.length)
  const sharedOptions = {
    vhost: given.get('vhost') ?? '/',
    quiet: given.has('quiet'),
    silent: given.has('silent'),
    timeout: Number(given.get('timeout') ?? 60),
  }
  return { args: positionals, options: sharedOptions, given }

  function isUsable(name: string, value: string | undefined): boolean {
    if (name === 'timeout') return /^\d+$/.test(value ?? '')
    return (
      Object.hasOwn(config, name) && (config[name]?.type === 'string') === (value !== undefined)
    )
  }
}

function checkArity([fewest, most]: Command['arity'], count: number): void {
  if (count < fewest) throw new UsageFailure('not enough arguments.')
  if (count > most) throw new UsageFailure('too many arguments.')
}
