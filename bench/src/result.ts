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

export interface ContenderResult {
  readonly name: string
  /** One for each round; none when it did not take part. */
  readonly samples: readonly Sample[]
  /** Why it did not. */
  readonly missing?: string
}
