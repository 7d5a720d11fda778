import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { parse } from './arguments.ts'
import { givenBroker, startEmbedded, type SuiteBroker } from './broker.ts'
import { interrupted, run, type Outcome } from './command.ts'
import { install } from './debian.ts'
import type { Score } from './score.ts'
import { Unavailable, type Suite } from './suite.ts'
import { suites } from './suites.ts'

// `pnpm conformance [NAME...] [--url URL]`: runs test suites that other projects wrote for RabbitMQ,
// each on a new embedded broker, and fails if one passes fewer tests than it should.

const { wanted, url } = parse(process.argv.slice(2))

const nameWidth = Math.max(...suites.map(({ name }) => name.length))

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function printRow(name: string, ...cells: readonly string[]): void {
  const [first = '', ...others] = cells
  print([name.padEnd(nameWidth), first.padEnd(12), ...others].join('  ').trimEnd())
}

async function startBroker({ port5672 }: Suite): Promise<SuiteBroker> {
  if (url === undefined) return startEmbedded(port5672 === true)
  if (port5672) throw new Unavailable('it always connects to port 5672, so it cannot use --url')
  return givenBroker(url)
}

/** Fetches a suite, runs it on a new broker, and returns its score and output. */
async function runSuite(suite: Suite): Promise<Score & Outcome & { seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  try {
    await install(suite.packages ?? [])
    await suite.fetch?.(folder)
    await using broker = await startBroker(suite)
    const began = performance.now()
    const { command, ...options } = suite.command({ ...broker, folder })
    const outcome = await run([...broker.enterNetwork, ...command], {
      ...options,
      timeoutSeconds: suite.timeoutSeconds,
    })
    const seconds = (performance.now() - began) / 1000
    return { ...suite.parse(outcome.output), ...outcome, seconds }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Why a result is not acceptable; undefined if it is. */
function findProblem(suite: Suite, { code, passed, failed }: Score & Outcome): string | undefined {
  if (code === null) return `it did not exit within ${suite.timeoutSeconds} s`
  if (passed < suite.mustPass) return `${suite.mustPass} must pass`
  if (failed.some((test) => suite.exceptions?.[test] === undefined))
    return 'a test failed that should pass'
  // A suite may report a problem after its tests, such as a leak.
  if (code !== 0 && failed.length === 0) return `it exited with code ${code}`
  return undefined
}

/** Runs a suite, prints its rows, and returns whether it passed. */
async function check(suite: Suite): Promise<boolean> {
  try {
    const result = await runSuite(suite)
    const { passed, total, failed, seconds } = result
    printRow(
      suite.name,
      `${passed} of ${total}`,
      `${seconds.toFixed(0)} s`.padStart(5),
      suite.rabbitmqScore,
    )
    for (const test of failed) print(`  ${test}: ${suite.exceptions?.[test] ?? 'FAILED'}`)
    const problem = findProblem(suite, result)
    if (problem === undefined) return true
    print(`  FAILED: ${problem}. The end of its output:\n${result.output.slice(-6000)}`)
    return false
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    printRow(suite.name, 'NOT RUN:', error.message)
    if (error.cause instanceof Error) print(`  ${error.cause.message}`)
    return process.env['CI'] !== 'true'
  }
}

/** Runs suites one after the other, and returns whether all have passed. */
async function checkAll(these: readonly Suite[]): Promise<boolean> {
  let passed = true
  for (const suite of these) passed = (await check(suite)) && passed
  return passed
}

async function main(): Promise<number> {
  printRow('suite', url === undefined ? 'embedded' : 'given broker', 'time', 'RabbitMQ')
  const taking = (turn: Suite['turn']): readonly Suite[] =>
    wanted.filter((suite) => suite.turn === turn)
  const passed = [
    ...(await Promise.all([...taking('meanwhile').map(check), checkAll(taking(undefined))])),
    await checkAll(taking('last')),
  ]
  return passed.every(Boolean) ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  // It is not thrown, so that a suite that runs meanwhile ends, with its broker.
  print(interrupted.aborted ? String(interrupted.reason) : inspect(error))
  process.exitCode = interrupted.aborted ? 130 : 1
}
