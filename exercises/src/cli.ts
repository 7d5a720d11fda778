import { once } from 'node:events'
import { parseArgs } from 'node:util'

import { embedded, rabbitMq, type Brokers } from './judge/brokers.ts'
import { readCatalog, type Entry } from './course/catalog.ts'
import { check } from './check.ts'
import { explain } from './judge/explain.ts'
import { list } from './course/list.ts'
import { Progress } from './course/progress.ts'
import { App } from './screen/app.ts'
import { search } from './course/search.ts'

const usage = `pnpm exercises [exercise] [options]
pnpm exercises check [exercises..] [options]
pnpm exercises list [options]

Shows an exercise and checks your program every time you save it. Name an exercise
by its number or its name: 3, lost-orders.

check  Check all exercises, or those that you name. Exits with code 0 if all of
       them are solved, and with code 1 otherwise
list   List all exercises and your progress

  --url         The URL of a RabbitMQ to use instead of the embedded broker
  --management  The URL of its management API  [port 15672 of the same host]
  --json        Print one JSON object per line (check, list)
  --help        Show this help
`

/** An error in the command line. */
class UsageError extends Error {}

const options = {
  url: { type: 'string' },
  management: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = 1
  if (error instanceof UsageError) process.stderr.write(`${usage}\n${error.message}\n`)
  else process.stderr.write(`error: ${explain(error)}\n`)
}

function write(text: string): void {
  process.stdout.write(text)
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv)
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const catalog = await readCatalog()
  const [command = '', ...names] = positionals
  const brokers = brokersFor(values)
  const progress = new Progress()
  if (command === 'list') return list(catalog, progress, values)
  const signal = stopSignal()
  if (command === 'check') {
    const chosen = names.length === 0 ? catalog : names.map((name) => choose(catalog, name))
    return check(chosen, { brokers, progress, json: values.json, write, signal })
  }
  if (names.length > 0) throw new UsageError(`Name one exercise, not "${positionals.join(' ')}"`)
  const entry = command === '' ? progress.next(catalog) : choose(catalog, command)
  return work(entry, { catalog, brokers, progress, signal })
}

/**
 * Aborted by Ctrl-C, or when the terminal is closed. Then a check that is running deletes its virtual
 * host. A second signal ends the process at once.
 */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => {
      stop.abort(new Error('interrupted'))
    })
  return stop.signal
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function choose(catalog: readonly Entry[], name: string): Entry {
  const [first, ...others] = search(catalog, name)
  if (first === undefined)
    throw new UsageError(
      `There is no exercise "${name}". To see all exercises: pnpm exercises list`,
    )
  if (others.length > 0)
    throw new UsageError(
      `"${name}" is ambiguous: ${[first, ...others].map((entry) => entry.name).join(', ')}`,
    )
  return first
}

function brokersFor({
  url,
  management,
}: {
  url?: string | undefined
  management?: string | undefined
}): Brokers {
  if (url === undefined) return embedded
  return rabbitMq(url, management)
}

interface Work {
  readonly catalog: readonly Entry[]
  readonly brokers: Brokers
  readonly progress: Progress
  readonly signal: AbortSignal
}

async function work(entry: Entry, { signal, ...around }: Work): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError('This command needs a terminal. Without one, use: pnpm exercises check')
  const streams = { input: process.stdin, output: process.stdout }
  await using app = new App({ ...around, streams }, entry)
  await Promise.race([app.quit, once(signal, 'abort')])
  return 0
}
