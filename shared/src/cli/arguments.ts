import yargs, { type Argv, type Options, type PositionalOptions } from 'yargs'

import { maskText, pnpm } from '../index.ts'
import {
  commonOptions,
  type Args,
  type CommonArgs,
  type Option,
  type OptionTable,
  type Usage,
} from './usage.ts'

/** The arguments that `series` adds to a producer. */
interface SeriesArgs {
  readonly words?: readonly string[]
  readonly count?: number
}

/** Everything on the command line. */
export type ParsedArgs<O extends OptionTable> = Args<O> & CommonArgs & SeriesArgs

/** The arguments; undefined after --help, and after a usage error, which sets exit code 1. */
export async function parse<O extends OptionTable>(
  usage: Usage<O>,
): Promise<ParsedArgs<O> | undefined> {
  const { positionals = '', ...complete } = withSeries(usage)
  const parser = parserOf({ positionals, ...complete })
  const argv = process.argv.slice(2)
  const [, second] = / -- \[(.+)\.\.\]$/.exec(positionals) ?? []
  const end = second === undefined ? -1 : argv.indexOf('--')
  const args = await parser.parseAsync(shield(end === -1 ? argv : argv.slice(0, end)))
  if (args['help'] === true || process.exitCode === 1) return undefined
  if (second !== undefined) args[second] = end === -1 ? [] : argv.slice(end + 1)
  for (const [name, value] of Object.entries(args)) args[name] = unshield(value)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs cannot infer these types
  return args as unknown as ParsedArgs<O>
}

/** Adds the arguments of a producer. */
function withSeries({ series, ...usage }: Usage): Usage {
  if (series === undefined) return usage
  const count = `How many messages  [${series}, or 1 with words]`
  const words = 'The message to send, instead of a numbered series'
  return {
    ...usage,
    positionals: `${usage.positionals ?? ''} [words..]`.trim(),
    options: {
      ...usage.options,
      words: { type: 'string', array: true, default: [], describe: words },
      count: { type: 'number', whole: true, describe: count },
    },
  }
}

/**
 * Everything after "--" is a word, even if it looks like an option, but yargs passes it to no
 * positional. So we drop the "--", and put a NUL before each dash: no argument can contain a NUL.
 */
function shield(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  if (end === -1) return [...argv]
  const words = argv.slice(end + 1).map((word) => word.replace(/^-/, '\0-'))
  return [...argv.slice(0, end), ...words]
}

function unshield(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unshield)
  return typeof value === 'string' ? value.replace('\0', '') : value
}

function usageError(parser: Argv, message: string): void {
  process.exitCode = 1
  parser.showHelp('error')
  process.stderr.write(`\n${maskText(message.replaceAll('\0', ''))}\n`)
}

function parserOf({ name, describe, positionals = '', options = {}, examples }: Usage) {
  const positional = new Set([...positionals.matchAll(/[\w-]+/g)].map(([word]) => word))
  return yargs()
    .scriptName(`${pnpm} ${name}`)
    .usage(`${`$0 ${positionals}`.trim()} [options]\n\n${describe}`)
    .command(`$0 ${positionals.replace(/ -- .*/, '')}`.trim(), false, (builder) => {
      // A program's own options come first, and may describe a common one in its own words.
      for (const [key, option] of Object.entries({ ...options, ...commonOptions, ...options }))
        if (positional.has(key)) builder.positional(key, positionalOf(option))
        else builder.option(key, optionOf(key, option))
      return builder
    })
    .example(examples.map(([example, meaning]) => [`$0 ${example}`.trim(), meaning]))
    .epilogue('Messages go to stdout, everything else to stderr. Ctrl-C shuts down gracefully.')
    .strict()
    .fail((message, error, parser) => {
      // yargs may continue after a first error and find more.
      if (process.exitCode === 1) return
      // It only counts missing arguments; ours are named in the usage line.
      const missing = message?.startsWith('Not enough non-option') ? `Missing: ${positionals}` : ''
      usageError(parser, missing || message || error.message)
    })
    .version(false)
    .exitProcess(false)
    .locale('en')
    .wrap(Math.min(80, process.stdout.columns ?? 80))
    .parserConfiguration({ 'camel-case-expansion': false })
}

function optionOf(key: string, { whole, ...option }: Option): Options {
  if (option.type !== 'number') return { requiresArg: option.type !== 'boolean', ...option }
  // yargs would turn a word into NaN before we could quote it, so it must not know the type.
  const { type: _, ...rest } = option
  const coerce = (given: Given): number | undefined => parseNumber(key, given, whole)
  return { requiresArg: true, ...rest, coerce }
}

/** The value that yargs passes on: undefined if the option is missing, a list if it is repeated. */
type Given = string | number | readonly (string | number)[] | undefined

/** Timers of Node cannot wait longer: they would not wait at all. */
const maxNumber = 2 ** 31 - 1

function parseNumber(key: string, given: Given, whole: Option['whole']): number | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'object')
    throw new Error(`--${key} takes one number; got "${given.join('" and "')}"`)
  const number = String(given).trim() === '' ? Number.NaN : Number(given)
  if (number > maxNumber) throw new Error(`--${key} must be at most ${maxNumber}; got "${given}"`)
  const least = whole === true ? 1 : 0
  if (number >= least && (whole === undefined || Number.isInteger(number))) return number
  const what = whole === undefined ? 'a number' : 'a whole number'
  throw new Error(`--${key} must be ${what}, ${least} or more; got "${given}"`)
}

function positionalOf({ describe, array, coerce, default: value }: Options): PositionalOptions {
  const positional: PositionalOptions = { type: 'string', describe, array, default: value }
  if (coerce === undefined) return positional
  return { ...positional, coerce: (word: unknown): unknown => coerce(unshield(word)) }
}
