// `pnpm bench`: compares clients and brokers, as ratios measured in the same run.
import { writeFile } from 'node:fs/promises'

import { parse, type Arguments } from './arguments.ts'
import { benchmarks } from './benchmarks/all.ts'
import { guard } from './guard.ts'
import type { Benchmark } from './harness/benchmark.ts'
import { BrokerPool } from './harness/brokers/broker-pool.ts'
import { isInstalled } from './harness/brokers/brokers.ts'
import { clients, taskClients } from './harness/clients.ts'
import { failed, measure, type Effort } from './harness/measure.ts'
import { formatResults, type BenchmarkResult, type Results } from './harness/result.ts'
import { describeMachine, libraryVersions } from './report/machine.ts'
import { textTable } from './report/text-table.ts'

const full: Effort = { rounds: 7, secondsPerRound: 0.15 }
const quick: Effort = { rounds: 3, secondsPerRound: 0.1 }

const interruption = new AbortController()
process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  const args = parse(argv)
  if (typeof args === 'number') return args
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      interruption.abort(signal)
    })
  const selected = select(args)
  if (selected.length === 0) {
    status(`error: no benchmark has "${args.only ?? ''}" in its name; the benchmarks are:`)
    for (const { name } of benchmarks) status(`  ${name}`)
    return 1
  }
  try {
    await using brokers = new BrokerPool(interruption.signal, args.url)
    if (!(await canStartRabbitMq(brokers))) return 1
    if (args.guard) return (await guard(brokers, print)) ? 0 : 1
    return await runAll(selected, brokers, args)
  } catch (error) {
    if (interruption.signal.aborted) return 130
    throw error
  }
}

function select({ quick: onlyQuick, only = '' }: Arguments): readonly Benchmark[] {
  return benchmarks.filter(
    (benchmark) => (!onlyQuick || benchmark.quick === true) && benchmark.name.includes(only),
  )
}

async function canStartRabbitMq(brokers: BrokerPool): Promise<boolean> {
  try {
    await brokers.get('rabbitmq')
    return true
  } catch (error) {
    brokers.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : String(error)
    status(`error: no RabbitMQ to compare with (${why}); start Docker, or pass --url`)
    return false
  }
}

async function runAll(
  selected: readonly Benchmark[],
  brokers: BrokerPool,
  args: Arguments,
): Promise<number> {
  for (const { name, command, server, install } of [...clients, ...taskClients])
    if ((await command()) === undefined || (server !== undefined && !(await isInstalled(server))))
      status(`NOT RUN: ${name} (${install ?? ''})`)
  const results: BenchmarkResult[] = []
  for (const benchmark of selected)
    results.push(await run(benchmark, brokers, args.quick ? quick : full))
  print(results.map(textTable).join('\n\n'))
  if (args.json !== undefined)
    await write(args.json, brokers, { quick: args.quick, benchmarks: results })
  return results.some(hasFailed) ? 1 : 0
}

async function run(
  benchmark: Benchmark,
  brokers: BrokerPool,
  effort: Effort,
): Promise<BenchmarkResult> {
  const began = performance.now()
  const result = await measure(benchmark, brokers, effort)
  const seconds = (performance.now() - began) / 1000
  status(`${seconds.toFixed(1).padStart(5)} s  ${benchmark.name}`)
  for (const { name, skipped } of result.candidates)
    if (skipped?.startsWith(failed) === true) status(`         ${name} ${skipped}`)
  return result
}

function hasFailed({ candidates }: BenchmarkResult): boolean {
  return candidates.some(({ skipped }) => skipped?.startsWith(failed) === true)
}

async function write(
  file: string,
  brokers: BrokerPool,
  measured: Pick<Results, 'quick' | 'benchmarks'>,
): Promise<void> {
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: { ...libraryVersions(), ...(await brokers.versions()) },
    ...measured,
  }
  await writeFile(file, formatResults(results))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function status(line: string): void {
  process.stderr.write(`${line}\n`)
}
