import { pnpm } from '@messaging-patterns/shared'
import yargs, { type InferredOptionTypes, type Options } from 'yargs'

const urlOption = {
  url: {
    type: 'string',
    requiresArg: true,
    describe: 'The broker  [AMQP_URL, else amqp://localhost:5672]',
  },
} as const satisfies Record<string, Options>

/** Where the lessons are; tests have their own. */
export const folderOption = {
  folder: { type: 'string', hidden: true, describe: 'The folder of the lessons' },
} as const satisfies Record<string, Options>

export const lessonsOption = {
  lessons: { type: 'string', array: true, describe: 'Names or numbers of lessons' },
} as const satisfies Record<string, Options>

export interface Usage<O extends Readonly<Record<string, Options>>> {
  readonly name: string
  readonly describe: string
  /** The positional arguments, as yargs writes them: "[lessons..]". */
  readonly positionals: string
  readonly options: O
  readonly examples: readonly (readonly [arguments: string, description: string])[]
}

/** The arguments; after --help or a usage error, the exit code. */
export function parse<const O extends Readonly<Record<string, Options>>>(
  argv: readonly string[],
  { name, describe, positionals, options, examples }: Usage<O>,
): InferredOptionTypes<O & typeof urlOption> | number {
  const { lessons, ...flags } = { ...options, ...urlOption }
  let failures = 0
  const parser = yargs()
    .scriptName(`${pnpm} ${name}`)
    .usage(`${`$0 ${positionals}`.trim()} [options]\n\n${describe}`)
    .command(`$0 ${positionals}`.trim(), false, (builder) => {
      if (lessons !== undefined)
        builder.positional('lessons', { ...lessonsOption.lessons, type: 'string' })
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
    // Our own texts are in English, whatever the language of the machine.
    .locale('en')
    .wrap(Math.min(80, process.stdout.columns ?? 80))
  const args = parser.parseSync([...argv])
  if (failures > 0) return 1
  if (args['help'] === true) return 0
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs cannot infer a built command
  return args as unknown as InferredOptionTypes<O & typeof urlOption>
}

/** The broker that the user named with --url or AMQP_URL. */
export function givenUrl({ url }: { readonly url?: string | undefined }): string | undefined {
  return url ?? process.env['AMQP_URL']
}
