import { pnpm } from '@messaging-patterns/shared'
import yargs, { type InferredOptionTypes, type Options } from 'yargs'

const urlOption = {
  url: {
    type: 'string',
    requiresArg: true,
    describe: 'The broker  [AMQP_URL, else amqp://localhost:5672]',
  },
} as const satisfies Record<string, Options>

export interface Usage<O extends Readonly<Record<string, Options>>> {
  readonly name: string
  readonly describe: string
  /** The words after the name, as yargs writes them: "[lessons..]". */
  readonly words: string
  readonly options: O
  readonly examples: readonly (readonly [arguments: string, description: string])[]
}

/** The arguments; after --help and after a usage error nothing but the exit code. */
export function parse<const O extends Readonly<Record<string, Options>>>(
  argv: readonly string[],
  { name, describe, words, options, examples }: Usage<O>,
): InferredOptionTypes<O & typeof urlOption> | number {
  const { lessons, ...flags } = { ...options, ...urlOption }
  let failures = 0
  const parser = yargs()
    .scriptName(`${pnpm} ${name}`)
    .usage(`${`$0 ${words}`.trim()} [options]\n\n${describe}`)
    .command(`$0 ${words}`.trim(), false, (builder) => {
      if (lessons !== undefined)
        builder.positional('lessons', {
          type: 'string',
          array: true,
          describe: 'Names or numbers of lessons',
        })
      return builder.options(flags)
    })
    .example(examples.map(([example, meaning]) => [`$0 ${example}`.trim(), meaning]))
    .strict()
    .fail((message, error, failed) => {
      if (failures++ > 0) return
      failed.showHelp('error')
      process.stderr.write(`\n${message ?? error.message}\n`)
    })
    .version(false)
    .exitProcess(false)
    // The rest of what it says is English too.
    .locale('en')
    .wrap(Math.min(80, process.stdout.columns ?? 80))
  const args = parser.parseSync([...argv])
  if (failures > 0) return 1
  if (args['help'] === true) return 0
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs cannot infer a built command
  return args as unknown as InferredOptionTypes<O & typeof urlOption>
}

/** The broker that was asked for: --url, else AMQP_URL. */
export function urlOf({ url }: { readonly url?: string | undefined }): string | undefined {
  return url ?? process.env['AMQP_URL']
}
