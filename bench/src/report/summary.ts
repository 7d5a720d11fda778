import { ratioOf, spreadOf, type Spread } from '../common/statistics.ts'
import type { Sample } from '../harness/benchmark.ts'
import type { BenchmarkResult, CandidateResult } from '../harness/result.ts'

/** The table of a benchmark: its cells as text. */
export interface Summary {
  readonly headings: readonly string[]
  readonly lines: readonly (readonly string[])[]
}

/** The medians over all rounds, and the lowest and highest ratio of a round. */
export function summaryOf(result: BenchmarkResult): Summary {
  const samples = result.candidates.flatMap((candidate) => candidate.samples)
  const withCpu = samples.some(({ cpu }) => cpu !== undefined)
  const extra = [...new Set(samples.flatMap((sample) => Object.keys(sample.extra ?? {})))]
  return {
    headings: ['', result.unit, 'ratio', ...(withCpu ? ['CPU µs (ratio)'] : []), ...extra],
    lines: result.candidates.map((candidate) => {
      const ratio = ratioIn(result, candidate)
      if (ratio === undefined)
        return [candidate.name, candidate.skipped?.split('\n')[0] ?? 'not measured']
      return [
        candidate.name,
        median(candidate, ({ value }) => value),
        candidate.name === result.baseline ? '1' : ratioText(ratio),
        ...(withCpu ? [cpuText(result, candidate)] : []),
        ...extra.map((key) => median(candidate, (sample) => sample.extra?.[key])),
      ]
    }),
  }
}

function median(
  { samples }: CandidateResult,
  valueIn: (sample: Sample) => number | undefined,
): string {
  return formatNumber(spreadOf(samples.map(valueIn).filter((each) => each !== undefined)).median)
}

/** The CPU time per message, and its ratio. */
function cpuText(result: BenchmarkResult, candidate: CandidateResult): string {
  const ratio = compare(result, candidate, ({ cpu = NaN }) => cpu)
  return `${median(candidate, ({ cpu }) => cpu)} (${formatRatio(ratio?.median ?? NaN)})`
}

/** The ratio of a candidate to the baseline; undefined if either was skipped. */
export function ratioIn(result: BenchmarkResult, candidate: CandidateResult): Spread | undefined {
  return compare(result, candidate, ({ value }) => value)
}

function compare(
  { candidates, baseline }: BenchmarkResult,
  { samples }: CandidateResult,
  valueIn: (sample: Sample) => number,
): Spread | undefined {
  const reference = candidates.find(({ name }) => name === baseline)
  if (samples.length === 0 || reference === undefined || reference.samples.length === 0)
    return undefined
  return ratioOf(samples.map(valueIn), reference.samples.map(valueIn))
}

/** The median, the lowest and the highest ratio. */
function ratioText({ median: middle, min, max }: Spread): string {
  return min === max
    ? formatRatio(middle)
    : `${formatRatio(middle)} (${formatRatio(min)} to ${formatRatio(max)})`
}

/** Two decimals, or none for a ratio of 10 or more. */
export function formatRatio(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)
}

/** A number with three significant digits. */
export function formatNumber(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 3 }) : ''
}
