import { spreadOf } from '../common/statistics.ts'
import { isRate } from '../harness/benchmark.ts'
import type { BenchmarkResult, Results } from '../harness/result.ts'
import { byGroup, headingOf, linkTo } from './groups.ts'
import { markdownTable } from './markdown.ts'
import { formatNumber, formatRatio, ratioIn } from './summary.ts'

/** The beginning of the page: what a learner should remember, and how the candidates compare. */
export function conclusions(results: Results): string[] {
  return [...lessons(results), ...comparisons(results)]
}

/** The three numbers that matter, for messages of 100 B. Empty if one of them was not measured. */
function lessons(results: Results): string[] {
  const measured = [
    ['publish, one confirm at a time, 100 B', 'shared'],
    ['publish, a window of 256, 100 B', 'shared'],
    ['consume, ack, prefetch 1, 100 B', 'shared'],
    ['consume, ack, prefetch 10, 100 B', 'shared'],
    ['consume, ack, prefetch 250, 100 B', 'shared'],
    ['publish, one confirm at a time, 100 B', "PyRMQ's approach"],
    ['publish, one confirm at a time, 100 B', 'pika'],
  ] as const
  const rates = measured.map(([benchmark, candidate]) => rateOf(results, benchmark, candidate))
  if (rates.some(Number.isNaN)) return []
  const [oneByOne = 0, inWindow = 0, , , , reconnecting = 0, connected = 0] = rates
  const [waiting, window, single, ten, many, perMessage, kept] = rates.map(formatNumber)
  return [
    'Three things decide how fast your programs are, and your choice of client is not one of them:',
    '',
    `1. **Keep more than one message in flight.** A producer that waits for each confirm publishes ${waiting} messages of 100 B a second. With up to 256 unconfirmed, it publishes ${window}: ${times(inWindow, oneByOne)} as many, and just as safely. [Chapter 7](07-confirms.md) shows how.`,
    `2. **Let the broker deliver ahead.** A consumer with a prefetch of 1 processes ${single} messages a second, ${ten} with a prefetch of 10, and ${many} with 250. This matters only for quick work. If a message takes a second, a prefetch of 1 costs nothing, and shares the work fairly ([chapter 2](02-work-queues.md)).`,
    `3. **Keep the connection.** pika publishes ${perMessage} messages a second if it opens a new connection for each, and ${kept} over a single one: ${times(connected, reconnecting)} as many.`,
  ]
}

function times(more: number, less: number): string {
  return `${formatNumber(Math.round(more / less))} times`
}

function rateOf({ benchmarks }: Results, benchmark: string, candidate: string): number {
  const { candidates = [] } = benchmarks.find(({ name }) => name === benchmark) ?? {}
  const { samples = [] } = candidates.find(({ name }) => name === candidate) ?? {}
  return spreadOf(samples.map(({ value }) => value)).median
}

function comparisons(results: Results): string[] {
  return [
    '',
    '## What the client layer costs',
    '',
    '`shared` is the client library of this course, a layer on top of amqplib. Each ratio is its rate, divided by that of plain amqplib,',
    'so above 1 is faster, unless the row says that lower is better. A range covers the message sizes from 16 B to 64 KiB.',
    '',
    ...tableOf(results, 'shared', 'amqplib'),
    '',
    '## The embedded broker and RabbitMQ',
    '',
    'Each ratio is the rate of the embedded broker, divided by that of RabbitMQ. The embedded broker has an easier job: it writes nothing',
    'to disk, and its messages are lost when it stops. It is fast enough for tests; it does not replace RabbitMQ. Where its rate is that of',
    'the null broker, which does nothing but confirm, the client is the limit. With Node.js 26, the embedded broker handles fewer',
    'bodies of 64 KiB a second than with Node.js 20, and sometimes fewer than RabbitMQ, because V8 runs full garbage collections more often.',
    '',
    ...tableOf(results, 'embedded broker', 'RabbitMQ'),
    '',
    '## Tasks',
    '',
    'Each ratio is the rate of the client and the worker of [chapter 12](12-tasks.md), divided by that of Celery with its default pool.',
    '',
    ...tableOf(results, 'tasks of lesson 12', 'Celery, prefork'),
  ]
}

/** The ratios of a candidate in all groups in which it is compared with this baseline. */
function tableOf(results: Results, candidate: string, baseline: string): string[] {
  const lines = [...byGroup(results)].flatMap(([group, members]) => {
    const ratios = members.flatMap((result) => medianRatio(result, candidate, baseline))
    const [first] = members
    if (ratios.length === 0 || first === undefined) return []
    const name = headingOf(group.replace(/^broker, /, ''))
    const label = isRate(first) ? name : `${name} (${first.unit}: lower is better)`
    return [[`[${label}](${linkTo(group)})`, rangeOf(ratios)]]
  })
  return markdownTable(['', 'ratio'], lines)
}

function medianRatio(result: BenchmarkResult, name: string, baseline: string): number[] {
  const candidate = result.candidates.find((each) => each.name === name)
  if (candidate === undefined || result.baseline !== baseline) return []
  const ratio = ratioIn(result, candidate)
  return ratio === undefined ? [] : [ratio.median]
}

function rangeOf(ratios: readonly number[]): string {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map(formatRatio)
  return low === high ? `${low}` : `${low} to ${high}`
}
