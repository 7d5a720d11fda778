import { parseArgs } from 'node:util'

import { maskText, MessagingError } from '@messaging-patterns/shared'

import { embedded, rabbitMq, type Brokers } from './brokers.ts'
import { readCatalog, type Entry } from './catalog.ts'
import { check } from './check.ts'
import { list } from './list.ts'
import { Progress } from './progress.ts'
import { App } from './screen/app.ts'
import { search } from './search.ts'

const usage = `pnpm exercises [exercise] [options]
pnpm exercises check [exercises..] [options]
pnpm exercises list [options]

Shows one exercise after the other, and checks your program whenever you save it.
An exercise is its number, its name or a part of it: 3, lost-orders, poison.

check  Checks the exercises that you have begun, or those that you name, and exits
       with code 0 if all of them are solved, otherwise with code 1
list   Says which exercises there are, and which of them you have solved

  --url         Use the RabbitMQ at this URL instead of the embedded broker
  --management  Where its management API is  [port 15672 of the same host]
  --json        Print one JSON object per line, for check and list
  --help        Show this
`

/** A mistake in what was typed. */
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
  const text = error instanceof Error ? error.message : String(error)
  const remedy = error instanceof MessagingError && error.remedy ? `; ${error.remedy}` : ''
  if (error instanceof UsageError) process.stderr.write(`${usage}\n${text}\n`)
  else process.stderr.write(`error: ${maskText(`${text}${remedy}`)}\n`)
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
  if (command === 'list') return list(catalog, new Progress(), values)
  if (command === 'check') {
    const chosen = names.length === 0 ? catalog : names.map((name) => choose(catalog, name))
    return check(chosen, { brokers, json: values.json, write })
  }
  if (names.length > 0)
    throw new UsageError(`One exercise at a time, not "${positionals.join(' ')}"`)
  return work(catalog, command, brokers)
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
    throw new UsageError(`There is no exercise "${name}": pnpm exercises list shows them all`)
  if (others.length > 0)
    throw new UsageError(
      `"${name}" may be any of ${[first, ...others].map((entry) => entry.name).join(', ')}`,
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

/** Where the learner was, or begins, or wants to go. */
async function work(catalog: readonly Entry[], name: string, brokers: Brokers): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError(
      'This needs a terminal, because it waits for keys. Without one: pnpm exercises check',
    )
  const progress = new Progress()
  const kept = catalog.find((entry) => entry.name === progress.current)
  const entry = name === '' ? (kept ?? catalog[0]) : choose(catalog, name)
  if (entry === undefined) throw new Error('there are no exercises')
  const streams = { input: process.stdin, output: process.stdout }
  await using app = new App({ catalog, brokers, progress, streams }, entry)
  await app.quit
  return 0
}
