import yargs, {
  type Argv,
  type InferredOptionTypes,
  type Options,
  type PositionalOptions,
} from 'yargs'

import { maskText } from '../index.ts'

/** An option as yargs describes it; a number is 0 or more, or with `whole` a whole number from 1. */
type Option = Options & { readonly whole?: true }

/** Options by their names. */
export type OptionTable = Readonly<Record<string, Option>>

/** What a command says of its arguments; help and usage errors are made of it. */
export interface Usage<O extends OptionTable> {
  /** As it is called: "basic producer". */
  readonly name: string
  readonly describe: string
  /**
   * The words after the name, as yargs writes them: "[words..]". With "[headers..] -- [words..]" a
   * "--" tells two lists apart.
   */
  readonly words?: string
  /** The options, and the words by their names. */
  readonly options: O
  readonly examples: readonly (readonly [arguments: string, description: string])[]
}

const commonOptions = {
  url: {
    type: 'string',
    describe: 'The broker, or several with commas  [AMQP_URL, else amqp://localhost:5672]',
  },
  'reconnect-for': {
    type: 'number',
    default: 60,
    describe: 'Seconds of trying to reconnect when the broker goes away',
  },
  json: { type: 'boolean', default: false, describe: 'Print one JSON object a line' },
  quiet: { type: 'boolean', default: false, describe: 'Print the messages and nothing else' },
  verbose: { type: 'boolean', default: false, describe: 'Print the stack of an error' },
} as const satisfies OptionTable

/** The option of all programs that stop by themselves after so many messages. */
export const countOption = { type: 'number', whole: true } as const satisfies Option

/** The arguments of a command beside those of all commands. */
export type Args<O extends OptionTable> = InferredOptionTypes<O> &
  InferredOptionTypes<typeof commonOptions>

/** The arguments; undefined after --help, and after a usage error, which leaves exit code 1. */
export function parse<O extends OptionTable>(usage: Usage<O>): Args<O> | undefined {
  const parser = parserOf(usage)
  const argv = process.argv.slice(2)
  const [, second] = / -- \[(.+)\.\.\]$/.exec(usage.words ?? '') ?? []
  const end = second === undefined ? -1 : argv.indexOf('--')
  const args = parser.parseSync(shield(end === -1 ? argv : argv.slice(0, end)))
  if (args['help'] === true || process.exitCode === 1) return undefined
  if (second !== undefined) args[second] = end === -1 ? [] : argv.slice(end + 1)
  for (const [name, value] of Object.entries(args)) args[name] = unshield(value)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs cannot infer a built command
  return args as unknown as Args<O>
}

/**
 * What stands behind "--" is words, also when it looks like an option, and yargs hands them to no
 * positional. So the "--" goes, and a NUL, which no argument can hold, hides each dash behind it.
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

function parserOf<O extends OptionTable>({
  name,
  describe,
  words = '',
  options,
  examples,
}: Usage<O>) {
  const positional = new Set([...words.matchAll(/[\w-]+/g)].map(([word]) => word))
  return yargs()
    .scriptName(`pnpm ${name}`)
    .usage(`${`$0 ${words}`.trim()} [options]\n\n${describe}`)
    .command(`$0 ${words.replace(/ -- .*/, '')}`.trim(), false, (builder) => {
      for (const [key, option] of Object.entries(options))
        if (positional.has(key)) builder.positional(key, positionalOf(option))
        else builder.option(key, optionOf(key, option))
      for (const [key, option] of Object.entries(commonOptions))
        builder.option(key, optionOf(key, option))
      return builder
    })
    .example(examples.map(([example, meaning]) => [`$0 ${example}`.trim(), meaning]))
    .epilogue('Message lines go to stdout, everything else to stderr. Ctrl-C ends in good order.')
    .strict()
    .fail((message, error, parser) => {
      // yargs may go on after a first error and find more.
      if (process.exitCode === 1) return
      // It counts the arguments, in the language below; the usage line has their names.
      const missing = message?.startsWith('Not enough non-option') ? `Missing: ${words}` : ''
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
  // Told that it is a number, yargs would make NaN of a word before we could say which word it was.
  const { type: _, ...rest } = option
  const coerce = (given: Given): number | undefined => parseNumber(key, given, whole === true)
  return { requiresArg: true, ...rest, coerce }
}

/** What yargs makes of an option: undefined if it is not given, a list if it is given twice. */
type Given = string | number | readonly (string | number)[] | undefined

function parseNumber(key: string, given: Given, whole: boolean): number | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'object')
    throw new Error(`--${key} takes one number; got "${given.join('" and "')}"`)
  const number = String(given).trim() === '' ? Number.NaN : Number(given)
  if (whole ? Number.isSafeInteger(number) && number > 0 : number >= 0) return number
  const wanted = whole ? 'a whole number, 1 or more' : 'a number, 0 or more'
  throw new Error(`--${key} must be ${wanted}; got "${given}"`)
}

function positionalOf({ describe, array, coerce, default: value }: Options): PositionalOptions {
  const positional: PositionalOptions = { type: 'string', describe, array, default: value }
  if (coerce === undefined) return positional
  return { ...positional, coerce: (word: unknown): unknown => coerce(unshield(word)) }
}
