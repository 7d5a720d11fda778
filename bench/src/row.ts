import type { Stage } from './stage.ts'

/** What one contender did in one round. */
export interface Sample {
  /** In the unit of the row: messages a second, milliseconds, MiB. */
  readonly value: number
  /** Microseconds of CPU for a message, of the contender's own processes. */
  readonly cpu?: number
  /** Further figures, by the heading that they stand under: { 'p50 ms': 0.31 }. */
  readonly more?: Readonly<Record<string, number>>
}

/** A contender that is ready: its process runs, it is connected. */
export interface Runner extends AsyncDisposable {
  /** Does the load once, with so many messages. */
  run(count: number): Promise<Sample>
}

/** Somebody who takes part in a row. */
export interface Entrant {
  readonly name: string
  /** Makes ready for the row; a text says why this contender has no such load. */
  enter(stage: Stage): Promise<Runner | string>
}

/** One load, and who is compared in it. */
export interface Row {
  /** What `--only` looks at: "publish in a window of 256, 100 B". */
  readonly name: string
  /** The section of the page that it stands in; `groups.ts` says what it is about. */
  readonly group: string
  readonly unit: 'messages/s' | 'calls/s' | 'ms' | 'MiB'
  /** The name of the entrant whose figures are 1.00. */
  readonly reference: string
  readonly entrants: readonly Entrant[]
  /** It is also part of `--quick`. */
  readonly quick?: boolean
  /**
   * How many messages a round has. Without it each contender gets as many as it does in the time of
   * a round, found in the warm-up.
   */
  readonly count?: number
  /** Rounds, where the row wants another number of them than the run. */
  readonly rounds?: number
  /** The first round is no warm-up: what counts is how it is at first. */
  readonly cold?: boolean
}

/** Whether more is better, or less. */
export function isRate({ unit }: { readonly unit: Row['unit'] }): boolean {
  return unit === 'messages/s' || unit === 'calls/s'
}
