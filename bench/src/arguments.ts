import yargs from 'yargs'

export interface Arguments {
  readonly url: string | undefined
  readonly quick: boolean
  readonly only: string | undefined
  readonly json: string | undefined
  readonly guard: boolean
}

/** The arguments; after --help and after a usage error nothing but the exit code. */
export function parse(argv: readonly string[]): Arguments | number {
  let failed = false
  const parser = yargs()
    .scriptName('pnpm bench')
    .usage('$0 [options]\n\nMeasures the clients and the brokers side by side, as ratios.')
    .options({
      quick: { type: 'boolean', describe: 'Fewer rows and rounds: a minute' },
      only: { type: 'string', requiresArg: true, describe: 'The rows whose name contains this' },
      json: { type: 'string', requiresArg: true, describe: 'Write all figures into this file' },
      guard: {
        type: 'boolean',
        describe: 'Only compare what must not get slower; exit code 1 if it has',
      },
      url: {
        type: 'string',
        requiresArg: true,
        describe: 'A RabbitMQ of yours, empty please  [AMQP_URL, else a container]',
      },
    })
    .conflicts('guard', ['quick', 'only', 'json'])
    .example([
      ['$0 --quick', 'the shape of it'],
      ['$0 --only "window of 256"', 'some rows, in full'],
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
    // The rest of what it says is English too.
    .locale('en')
    .wrap(Math.min(90, process.stdout.columns ?? 90))
  const { quick = false, only, json, guard = false, url, help } = parser.parseSync([...argv])
  if (failed) return 1
  if (help === true) return 0
  return { quick, only, json, guard, url: url ?? (process.env['AMQP_URL'] || undefined) }
}
