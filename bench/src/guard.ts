import { connectNextToFlood, declareNextToFlood } from './benchmarks/brokers/flood.ts'
import { publishIntoQueue } from './benchmarks/brokers/messages.ts'
import type { Spread } from './common/statistics.ts'
import { isRate, type Benchmark, type Candidate } from './harness/benchmark.ts'
import type { BrokerPool } from './harness/brokers/broker-pool.ts'
import { clientCandidate, sampleOf } from './harness/client-candidate.ts'
import { amqplib, shared, type Client } from './harness/clients.ts'
import { measure, type Effort } from './harness/measure.ts'
import type { BenchmarkResult } from './harness/result.ts'
import { ratioIn } from './report/summary.ts'

/** The worst acceptable ratio in a benchmark. A worse one is a regression on any machine. */
export interface Limit {
  readonly benchmark: Benchmark
  /** The candidate that must keep the limit. */
  readonly name: string
  /** The lowest ratio of a rate, or the highest ratio of a time. */
  readonly ratio: number
}

/** Many short rounds, so that a disturbance only affects a few of them, and not the median. */
const effort: Effort = { rounds: 21, secondsPerRound: 0.1 }

export const limits: readonly Limit[] = [
  {
    name: 'shared',
    ratio: 0.85,
    benchmark: {
      group: 'publish, a window of 256',
      unit: 'messages/s',
      name: 'shared compared with amqplib, a window of 256, 100 B',
      baseline: 'amqplib',
      candidates: [publishing(shared), publishing(amqplib)],
    },
  },
  {
    name: 'embedded broker',
    ratio: 1.5,
    benchmark: {
      ...publishIntoQueue,
      candidates: publishIntoQueue.candidates.filter(({ name }) =>
        ['embedded broker', publishIntoQueue.baseline].includes(name),
      ),
    },
  },
  // The embedded broker waits for its time slices, about 2 ms. RabbitMQ needs 0.2 to 2 ms, so the ratio
  // is 1 to 12. Without time slices, it is 30 or more.
  { name: 'embedded broker', ratio: 20, benchmark: { ...declareNextToFlood, rounds: 5 } },
  { name: 'embedded broker', ratio: 10, benchmark: { ...connectNextToFlood, rounds: 5 } },
]

function publishing(client: Client): Candidate {
  return clientCandidate(client, {
    loads: ['publish-window'],
    run: async (processes, count) =>
      sampleOf(await processes.run('publish-window', { count }), count),
  })
}

/**
 * Checks the limits, and prints one line for each. A limit that seems to be broken is measured again,
 * because the machine may have been busy. Returns false if a limit is broken.
 */
export async function guard(brokers: BrokerPool, print: (line: string) => void): Promise<boolean> {
  let allPassed = true
  for (const limit of limits) {
    const measureOnce = async (): Promise<Verdict> =>
      judge(limit, await measure(limit.benchmark, brokers, effort))
    let verdict = await measureOnce()
    print(verdict.line)
    if (!verdict.passed) {
      verdict = await measureOnce()
      print(`again: ${verdict.line}`)
    }
    allPassed &&= verdict.passed
  }
  return allPassed
}

interface Verdict {
  readonly passed: boolean
  readonly line: string
}

/** Whether a result is within its limit, and a line that says so. */
export function judge({ name, ratio }: Limit, result: BenchmarkResult): Verdict {
  const missing = result.candidates.find(({ skipped }) => skipped !== undefined)
  if (missing !== undefined) {
    const line = `FAILED: ${result.name}: ${missing.name} ${missing.skipped ?? ''}`
    return { passed: false, line }
  }
  const candidate = result.candidates.find((each) => each.name === name)
  const spread = candidate && ratioIn(result, candidate)
  const median = spread?.median ?? NaN
  const [passed, bound] = isRate(result)
    ? [median >= ratio, `at least ${ratio}`]
    : [median <= ratio, `at most ${ratio}`]
  return {
    passed,
    line: `${passed ? 'ok' : 'FAILED'}: ${result.name}: ${textOf(spread)}, ${bound}`,
  }
}

function textOf(spread: Spread | undefined): string {
  if (spread === undefined) return 'not measured'
  const { median, min, max } = spread
  return `${median.toFixed(2)} (${min.toFixed(2)}, ${max.toFixed(2)})`
}
