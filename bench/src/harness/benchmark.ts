import type { BrokerPool } from './brokers/broker-pool.ts'

/** What one candidate did in one round. */
export interface Sample {
  /** In the benchmark's unit: messages per second, milliseconds or MiB. */
  readonly value: number
  /** CPU time per message, in microseconds. */
  readonly cpu?: number
  /** Further values by column heading: { 'p50 ms': 0.31 }. */
  readonly extra?: Readonly<Record<string, number>>
}

/** A candidate that is ready to be measured: its process is running and connected. */
export interface Runner extends AsyncDisposable {
  /** Runs the load once, with `count` messages. */
  run(count: number): Promise<Sample>
}

/** A client or broker to measure. */
export interface Candidate {
  readonly name: string
  /** Gets ready to run, or resolves with the reason why this candidate has to be skipped. */
  start(brokers: BrokerPool): Promise<Runner | string>
}

/** A load, and the candidates to compare under it. */
export interface Benchmark {
  /** For example "publish, a window of 256, 100 B"; `--only` selects by a part of it. */
  readonly name: string
  /** The section of the page; groups.ts has its description. */
  readonly group: string
  readonly unit: 'messages/s' | 'calls/s' | 'ms' | 'MiB'
  /** The name of the candidate whose ratio is 1. */
  readonly baseline: string
  readonly candidates: readonly Candidate[]
  /** Whether `--quick` includes it. */
  readonly quick?: boolean
  /** The messages per round. Default: as many as each candidate sends in the time of one round. */
  readonly count?: number
  /** The number of rounds. Default: that of the run. */
  readonly rounds?: number
  /** The time of each candidate in each round. Default: that of the run. */
  readonly secondsPerRound?: number
  /** Measures the first run too, instead of warming up. */
  readonly cold?: boolean
}

/** Whether a higher value is better. */
export function isRate({ unit }: { readonly unit: Benchmark['unit'] }): boolean {
  return unit === 'messages/s' || unit === 'calls/s'
}
