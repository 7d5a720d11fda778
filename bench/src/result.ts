import type { Row, Sample } from './row.ts'

/** What a run found out, as `--json` writes it. The page is made of nothing else. */
export interface Results {
  /** The day on which it ran: 2026-11-20. */
  readonly date: string
  readonly quick: boolean
  readonly machine: Machine
  /** By name: what was measured, and what it ran on. */
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly RowResult[]
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** GiB. */
  readonly memory: number
  readonly system: string
}

export interface RowResult extends Pick<Row, 'name' | 'group' | 'unit' | 'reference'> {
  /** In the order of the row. */
  readonly contenders: readonly ContenderResult[]
}

/** The results as a file: a line each sample, and of each figure what can be trusted. */
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

export interface ContenderResult {
  readonly name: string
  /** One for each round; none when it did not take part. */
  readonly samples: readonly Sample[]
  /** Why it did not. */
  readonly missing?: string
}
