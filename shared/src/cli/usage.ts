import type { InferredOptionTypes, Options } from 'yargs'

/** An option as yargs describes it. Numbers are 0 or more; with `whole`, whole numbers from 1 or 0. */
export type Option = Options & { readonly whole?: true | 'from 0' }

/** Options by name. */
export type OptionTable = Readonly<Record<string, Option>>

/** The command line of a program: `--help` and usage errors are printed from it. */
export interface Usage<O extends OptionTable = OptionTable> {
  /** What a user types after "pnpm": "basic producer". */
  readonly name: string
  /** What the program does, in a sentence or two. */
  readonly describe: string
  /**
   * The positional arguments in yargs' notation: "<severities..>". With "[headers..] -- [words..]",
   * a "--" on the command line separates two lists.
   */
  readonly positionals?: string
  /** The options and the positional arguments, by name. Default: none. */
  readonly options?: O
  /**
   * For a producer: how many messages it sends unless the command line says otherwise. It adds the
   * arguments that `messages` reads: "[words..]" and "--count".
   */
  readonly series?: number
  /** What a user can type after the name, each with its meaning. */
  readonly examples: readonly (readonly [args: string, meaning: string])[]
}

/** The options that every program has. */
export const commonOptions = {
  url: {
    type: 'string',
    describe: 'Broker URL, or several with commas  [AMQP_URL, else amqp://localhost:5672]',
  },
  'reconnect-for': {
    type: 'number',
    default: 60,
    describe: 'Seconds to keep trying to reconnect when the connection is lost',
  },
  json: { type: 'boolean', default: false, describe: 'Print one JSON object per line' },
  quiet: { type: 'boolean', default: false, describe: 'Print messages only, no status' },
  verbose: { type: 'boolean', default: false, describe: 'Print the stack trace of an error' },
} as const satisfies OptionTable

/** The option `count` of a consumer: stopAfter('tasks'). */
export function stopAfter<const What extends string>(what: What) {
  return { type: 'number', whole: true, describe: `Stop after this many ${what}  [never]` } as const
}

/** The arguments of a program, by name. */
export type Args<O extends OptionTable> = InferredOptionTypes<O>

/** The arguments of every program. */
export type CommonArgs = InferredOptionTypes<typeof commonOptions>
