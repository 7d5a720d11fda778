import type { Benchmark, Sample } from './benchmark.ts'

/** The results of a run, as `--json` writes them. The page is generated from this alone. */
export interface Results {
  /** The day of the run, for example 2026-11-20. */
  readonly date: string
  readonly quick: boolean
  readonly machine: Machine
  /** The versions of clients, brokers and runtimes, by name. */
  readonly versions: Readonly<Record<string, string>>
  readonly benchmarks: readonly BenchmarkResult[]
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** In GiB. */
  readonly memory: number
  readonly system: string
}

export interface BenchmarkResult extends Pick<Benchmark, 'name' | 'group' | 'unit' | 'baseline'> {
  readonly candidates: readonly CandidateResult[]
}

export interface CandidateResult {
  readonly name: string
  /** One for each round; empty if it was skipped. */
  readonly samples: readonly Sample[]
  /** Why it was skipped. */
  readonly skipped?: string
}

/** Formats results as JSON, with one line for each sample and four significant digits. */
export function formatResults(results: Results): string {
  const text = JSON.stringify(results, rounded, 2)
  const onOneLine = text.replaceAll(/\{\s+"value"[^{}]*(\{[^{}]*\}\s*)?\}/g, (sample) =>
    sample.replaceAll(/\s+/g, ' '),
  )
  return `${onOneLine}\n`
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value
}
