// `pnpm bench`: what the client layer and the embedded broker cost, as ratios taken in one run.
import { writeFile } from 'node:fs/promises'

import { parse, type Arguments } from './arguments.ts'
import { clients } from './clients.ts'
import { guard } from './guard.ts'
import { describeMachine, libraryVersions } from './machine.ts'
import { failed, measureRow, type Effort } from './measure.ts'
import { formatResults, type Results, type RowResult } from './result.ts'
import type { Row } from './row.ts'
import { rows } from './rows/all.ts'
import { Stage } from './stage.ts'
import { tableOf } from './table.ts'

const fully: Effort = { rounds: 7, seconds: 0.15 }
const quickly: Effort = { rounds: 3, seconds: 0.1 }

const interrupted = new AbortController()
process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  const args = parse(argv)
  if (typeof args === 'number') return args
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      interrupted.abort(signal)
    })
  const chosen = choose(args)
  if (chosen.length === 0) {
    say(`no row has "${args.only ?? ''}" in its name; there are:`)
    for (const { name } of rows) say(`  ${name}`)
    return 1
  }
  try {
    await using stage = new Stage(interrupted.signal, args.url)
    if (!(await hasRabbitMq(stage))) return 1
    if (args.guard) return (await guard(stage, print)) ? 0 : 1
    return await runRows(chosen, stage, args)
  } catch (error) {
    if (interrupted.signal.aborted) return 130
    throw error
  }
}

function choose({ quick, only = '' }: Arguments): readonly Row[] {
  return rows.filter((row) => (!quick || row.quick === true) && row.name.includes(only))
}

/** It is what all is compared on. */
async function hasRabbitMq(stage: Stage): Promise<boolean> {
  try {
    await stage.broker('rabbitmq')
    return true
  } catch (error) {
    stage.signal.throwIfAborted()
    const why = error instanceof Error ? error.message : String(error)
    say(`error: there is no RabbitMQ (${why}); start Docker, or name a broker with --url`)
    return false
  }
}

async function runRows(chosen: readonly Row[], stage: Stage, args: Arguments): Promise<number> {
  for (const { name, command } of clients)
    if (command() === undefined)
      say(`NOT RUN: ${name} (apt-get install python3-pika python3-kombu)`)
  const measured: RowResult[] = []
  for (const row of chosen) measured.push(await measure(row, stage, args.quick ? quickly : fully))
  print(measured.map(tableOf).join('\n\n'))
  if (args.json !== undefined) await write(args.json, stage, { quick: args.quick, rows: measured })
  return measured.some(hasFailed) ? 1 : 0
}

async function measure(row: Row, stage: Stage, effort: Effort): Promise<RowResult> {
  const began = performance.now()
  const result = await measureRow(row, stage, effort)
  say(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${row.name}`)
  for (const { name, missing } of result.contenders)
    if (missing?.startsWith(failed) === true) say(`         ${name} ${missing}`)
  return result
}

function hasFailed({ contenders }: RowResult): boolean {
  return contenders.some(({ missing }) => missing?.startsWith(failed) === true)
}

async function write(
  file: string,
  stage: Stage,
  measured: Pick<Results, 'quick' | 'rows'>,
): Promise<void> {
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: { ...libraryVersions(), ...(await stage.versions()) },
    ...measured,
  }
  await writeFile(file, formatResults(results))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** What goes on, for a person. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
