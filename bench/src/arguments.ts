import yargs from 'yargs'

export interface Arguments {
  readonly url: string | undefined
  readonly quick: boolean
  readonly only: string | undefined
  readonly json: string | undefined
  readonly guard: boolean
}

/** Parses the arguments. Returns an exit code after --help and after a usage error. */
export function parse(argv: readonly string[]): Arguments | number {
  let failed = false
  const parser = yargs()
    .scriptName('pnpm bench')
    .usage('$0 [options]\n\nCompares clients and brokers, as ratios measured in the same run.')
    .options({
      quick: { type: 'boolean', describe: 'Run fewer benchmarks and rounds: about a minute' },
      only: {
        type: 'string',
        requiresArg: true,
        describe: 'Run the benchmarks whose name contains this text',
      },
      json: { type: 'string', requiresArg: true, describe: 'Write all results to this file' },
      guard: {
        type: 'boolean',
        describe: 'Only check the limits for CI; exit with code 1 if one is exceeded',
      },
      url: {
        type: 'string',
        requiresArg: true,
        describe: 'Use this RabbitMQ, which must be empty  [default: AMQP_URL, or a container]',
      },
    })
    .conflicts('guard', ['quick', 'only', 'json'])
    .example([
      ['$0 --quick', 'a first impression'],
      ['$0 --only "window of 256"', 'some benchmarks in full'],
    ])
    .strict()
    .fail((message, error, failing) => {
      if (failed) return
      failed = true
      failing.showHelp('error')
      process.stderr.write(`\n${message ?? error.message}\n`)
    })
    .version(false)
    .exitProcess(false)
    // yargs would translate its own texts.
    .locale('en')
    .wrap(Math.min(90, process.stdout.columns ?? 90))
  const { quick = false, only, json, guard = false, url, help } = parser.parseSync([...argv])
  if (failed) return 1
  if (help === true) return 0
  return { quick, only, json, guard, url: url ?? (process.env['AMQP_URL'] || undefined) }
}
