import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { givenBroker, startEmbedded, type SuiteBroker } from './broker.ts'
import { interrupted, run, type Ended } from './command.ts'
import { install } from './debian.ts'
import type { Score } from './score.ts'
import type { Suite } from './suite.ts'
import { suites } from './suites.ts'
import { Unavailable } from './unavailable.ts'

// Runs suites that other people wrote for RabbitMQ against the embedded broker, a fresh one for
// each, and fails where one scores less than is recorded: `pnpm conformance [NAME...] [--url URL]`.
// With --url they run on a broker of yours, which is then neither fresh nor ours to answer for.

const { values, positionals } = parseArgs({
  options: { url: { type: 'string' } },
  allowPositionals: true,
})

const nameWidth = Math.max(...suites.map(({ name }) => name.length))

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function row(name: string, ...cells: readonly string[]): void {
  const [first = '', ...others] = cells
  print([name.padEnd(nameWidth), first.padEnd(12), ...others].join('  ').trimEnd())
}

async function startBroker({ port5672 }: Suite): Promise<SuiteBroker> {
  if (values.url === undefined) return startEmbedded(port5672 === true)
  if (port5672) throw new Unavailable('it has port 5672 written in, and cannot be told a URL')
  return givenBroker(values.url)
}

/** Fetches a suite, runs it on a broker of its own, and returns its score and its output. */
async function score(suite: Suite): Promise<Score & Ended & { seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  try {
    await install(suite.packages ?? [])
    await suite.fetch?.(folder)
    await using broker = await startBroker(suite)
    const began = performance.now()
    const { command, ...options } = suite.command({ folder, url: broker.url })
    const ended = await run([...broker.enter, ...command], { ...options, seconds: suite.seconds })
    return { ...suite.read(ended.output), ...ended, seconds: (performance.now() - began) / 1000 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is not as recorded. */
function findFault(suite: Suite, { code, passed, failed }: Score & Ended): string | undefined {
  if (code === null) return `it had not ended after ${suite.seconds} s`
  if (passed < suite.recorded) return `${suite.recorded} must pass`
  if (failed.some((test) => suite.exceptions?.[test] === undefined))
    return 'a test that should pass'
  // A suite may find something after its tests, a leak for example.
  if (code !== 0 && failed.length === 0) return `it ended with ${code}`
  return undefined
}

/** Runs a suite and prints its rows; returns whether it is as recorded. */
async function judge(suite: Suite): Promise<boolean> {
  try {
    const result = await score(suite)
    const { passed, total, failed, seconds } = result
    row(suite.name, `${passed} of ${total}`, `${seconds.toFixed(0)} s`.padStart(5), suite.rabbitmq)
    for (const test of failed) print(`  ${test}: ${suite.exceptions?.[test] ?? 'FAILED'}`)
    const fault = findFault(suite, result)
    if (fault === undefined) return true
    print(`  FAILED: ${fault}. Its output ends so:\n${result.output.slice(-6000)}`)
    return false
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    row(suite.name, 'NOT RUN:', error.message)
    if (error.cause instanceof Error) print(`  ${error.cause.message}`)
    return process.env['CI'] !== 'true'
  }
}

async function main(): Promise<number> {
  const wanted = suites.filter(
    ({ name }) => positionals.length === 0 || positionals.some((start) => name.startsWith(start)),
  )
  if (wanted.length === 0) throw new Error(`no suite is called ${positionals.join(' or ')}`)
  row(
    'suite',
    values.url === undefined ? 'embedded' : 'given broker',
    'takes',
    'RabbitMQ, as recorded',
  )
  let good = true
  for (const suite of wanted) good = (await judge(suite)) && good
  return good ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!interrupted.aborted) throw error
  print(String(interrupted.reason))
  process.exitCode = 130
}
