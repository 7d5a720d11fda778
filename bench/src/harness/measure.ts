import type { Benchmark, Candidate, Runner, Sample } from './benchmark.ts'
import type { BrokerPool } from './brokers/broker-pool.ts'
import type { BenchmarkResult, CandidateResult } from './result.ts'

/** The prefix of `skipped` for a candidate that failed while it was measured. */
export const failed = 'failed: '

/** How thoroughly to measure. */
export interface Effort {
  readonly rounds: number
  /** The time of each candidate in each round. */
  readonly secondsPerRound: number
}

/** Collects the samples of one candidate in a benchmark. */
class Measurement implements AsyncDisposable {
  readonly samples: Sample[] = []
  /** The messages per round that the warm-up determined. */
  count = 0
  readonly #candidate: Candidate
  readonly #signal: AbortSignal
  #runner: Runner | undefined
  #skipped: string | undefined

  constructor(candidate: Candidate, signal: AbortSignal) {
    this.#candidate = candidate
    this.#signal = signal
  }

  async start(brokers: BrokerPool): Promise<void> {
    try {
      const runner = await this.#candidate.start(brokers)
      if (typeof runner === 'string') this.#skipped = runner
      else this.#runner = runner
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Does some work with the runner. If it fails, the candidate is skipped from then on. */
  async attempt(work: (runner: Runner) => Promise<void>): Promise<void> {
    this.#signal.throwIfAborted()
    if (this.#runner === undefined || this.#skipped !== undefined) return
    try {
      await work(this.#runner)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.samples.length = 0
    this.#skipped = `${failed}${error instanceof Error ? error.message : String(error)}`
  }

  get result(): CandidateResult {
    const { name } = this.#candidate
    const skipped = this.#skipped
    return { name, samples: this.samples, ...(skipped !== undefined && { skipped }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner?.[Symbol.asyncDispose]()
  }
}

/**
 * Runs a benchmark: warms up all candidates, then measures them round by round, one after another, so
 * that other work on the machine affects all of them. Each round starts with a different candidate.
 */
export async function measure(
  benchmark: Benchmark,
  brokers: BrokerPool,
  effort: Effort,
): Promise<BenchmarkResult> {
  const measurements = benchmark.candidates.map(
    (candidate) => new Measurement(candidate, brokers.signal),
  )
  try {
    await Promise.all(measurements.map((measurement) => measurement.start(brokers)))
    if (benchmark.cold !== true)
      for (const measurement of measurements)
        await measurement.attempt(async (runner) => {
          measurement.count = await warmUp(runner, benchmark, effort)
        })
    for (let round = 0; round < (benchmark.rounds ?? effort.rounds); round++)
      for (const measurement of rotated(measurements, round))
        await measurement.attempt(async (runner) => {
          measurement.samples.push(await runner.run(benchmark.count ?? measurement.count))
        })
    const { name, group, unit, baseline } = benchmark
    return { name, group, unit, baseline, candidates: measurements.map(({ result }) => result) }
  } finally {
    await Promise.all(measurements.map((measurement) => measurement[Symbol.asyncDispose]()))
  }
}

/** Determines how many messages fill a round. By then, V8 has compiled the hot code. */
async function warmUp(runner: Runner, benchmark: Benchmark, effort: Effort): Promise<number> {
  const { secondsPerRound = effort.secondsPerRound } = benchmark
  if (benchmark.count !== undefined) {
    await runner.run(benchmark.count)
    return benchmark.count
  }
  let count = 20
  let [seconds, total] = [0, 0]
  // The first rates are those of cold code, so run for more than one round.
  while (seconds < secondsPerRound * 0.7 || total < secondsPerRound * 2) {
    const { value } = await runner.run(count)
    seconds = count / value
    total += seconds
    count = Math.max(10, Math.round(Math.min(value * secondsPerRound, count * 20)))
  }
  return count
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % Math.max(1, items.length)
  return [...items.slice(start), ...items.slice(0, start)]
}
