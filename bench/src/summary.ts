import type { ContenderResult, RowResult } from './result.ts'
import type { Sample } from './row.ts'
import { ratioOf, spreadOf, type Spread } from './statistics.ts'

/** What a row comes to: the cells of its table, all of them text. */
export interface Summary {
  readonly headings: readonly string[]
  readonly lines: readonly (readonly string[])[]
}

/** The medians over all rounds, and how far the ratios of single rounds reach. */
export function summaryOf(row: RowResult): Summary {
  const samples = row.contenders.flatMap((contender) => contender.samples)
  const withCpu = samples.some(({ cpu }) => cpu !== undefined)
  const more = [...new Set(samples.flatMap((sample) => Object.keys(sample.more ?? {})))]
  return {
    headings: ['', row.unit, 'ratio', ...(withCpu ? ['CPU µs (ratio)'] : []), ...more],
    lines: row.contenders.map((contender) => {
      const ratio = ratioIn(row, contender)
      if (ratio === undefined)
        return [contender.name, contender.missing?.split('\n')[0] ?? 'not measured']
      return [
        contender.name,
        median(contender, ({ value }) => value),
        contender.name === row.reference ? '1' : ratioText(ratio),
        ...(withCpu ? [cpuText(row, contender)] : []),
        ...more.map((key) => median(contender, (sample) => sample.more?.[key])),
      ]
    }),
  }
}

function median(
  { samples }: ContenderResult,
  figureIn: (sample: Sample) => number | undefined,
): string {
  return figure(spreadOf(samples.map(figureIn).filter((each) => each !== undefined)).median)
}

/** The CPU of a message, and beside it the same as a ratio. */
function cpuText(row: RowResult, contender: ContenderResult): string {
  const ratio = compare(row, contender, ({ cpu = NaN }) => cpu)
  return `${median(contender, ({ cpu }) => cpu)} (${oneRatio(ratio?.median ?? NaN)})`
}

/** A contender beside the reference of its row; undefined when one of them was not measured. */
export function ratioIn(row: RowResult, contender: ContenderResult): Spread | undefined {
  return compare(row, contender, valueOf)
}

function compare(
  row: RowResult,
  { samples }: ContenderResult,
  figureIn: (sample: Sample) => number,
): Spread | undefined {
  const reference = row.contenders.find(({ name }) => name === row.reference)
  if (samples.length === 0 || reference === undefined || reference.samples.length === 0)
    return undefined
  return ratioOf(samples.map(figureIn), reference.samples.map(figureIn))
}

function valueOf({ value }: Sample): number {
  return value
}

/** The median, and from where to where the rounds reach. */
function ratioText({ median: middle, min, max }: Spread): string {
  return min === max
    ? oneRatio(middle)
    : `${oneRatio(middle)} (${oneRatio(min)} to ${oneRatio(max)})`
}

/** Two places after the point, or as many as make sense of a large one. */
export function oneRatio(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)
}

/** A number as it is read: the three digits that count. */
export function figure(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 3 }) : ''
}
