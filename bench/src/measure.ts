import type { ContenderResult, RowResult } from './result.ts'
import type { Entrant, Row, Runner, Sample } from './row.ts'
import type { Stage } from './stage.ts'

/** How the text of a contender begins that took part and could not go on. */
export const failed = 'failed: '

/** How long a run takes. */
export interface Effort {
  readonly rounds: number
  /** Seconds of each contender in each round. */
  readonly seconds: number
}

/** The way of one contender through a row. */
class Lane implements AsyncDisposable {
  readonly samples: Sample[] = []
  count = 0
  readonly #entrant: Entrant
  readonly #signal: AbortSignal
  #runner: Runner | undefined
  #missing: string | undefined

  constructor(entrant: Entrant, signal: AbortSignal) {
    this.#entrant = entrant
    this.#signal = signal
  }

  async enter(stage: Stage): Promise<void> {
    try {
      const runner = await this.#entrant.enter(stage)
      if (typeof runner === 'string') this.#missing = runner
      else this.#runner = runner
    } catch (error) {
      this.#fail(error)
    }
  }

  /** One that fails is out of the row, and the others go on. */
  async attempt(work: (runner: Runner) => Promise<void>): Promise<void> {
    this.#signal.throwIfAborted()
    if (this.#runner === undefined || this.#missing !== undefined) return
    try {
      await work(this.#runner)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.samples.length = 0
    this.#missing = `${failed}${error instanceof Error ? error.message : String(error)}`
  }

  get result(): ContenderResult {
    const { name } = this.#entrant
    const missing = this.#missing
    return { name, samples: this.samples, ...(missing !== undefined && { missing }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner?.[Symbol.asyncDispose]()
  }
}

/**
 * Runs a row: all contenders once to get warm, then round by round, each after the other, so that
 * they share what else the machine does. Each round begins with another of them.
 */
export async function measureRow(row: Row, stage: Stage, effort: Effort): Promise<RowResult> {
  const lanes = row.entrants.map((entrant) => new Lane(entrant, stage.signal))
  try {
    await Promise.all(lanes.map((lane) => lane.enter(stage)))
    if (row.cold !== true)
      for (const lane of lanes)
        await lane.attempt(async (runner) => {
          lane.count = await warmUp(runner, row, effort)
        })
    for (let round = 0; round < (row.rounds ?? effort.rounds); round++)
      for (const lane of rotated(lanes, round))
        await lane.attempt(async (runner) => {
          lane.samples.push(await runner.run(row.count ?? lane.count))
        })
    const { name, group, unit, reference } = row
    return { name, group, unit, reference, contenders: lanes.map(({ result }) => result) }
  } finally {
    await Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]()))
  }
}

/** Finds how many messages fill a round; the code that does so is compiled by then. */
async function warmUp(runner: Runner, row: Row, { seconds }: Effort): Promise<number> {
  if (row.count !== undefined) {
    await runner.run(row.count)
    return row.count
  }
  let count = 20
  // The first figures are those of cold code, so a round must be filled more than once.
  for (let [took, total] = [0, 0]; took < seconds * 0.7 || total < seconds * 2; total += took) {
    const { value } = await runner.run(count)
    took = count / value
    count = Math.max(10, Math.round(Math.min(value * seconds, count * 20)))
  }
  return count
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % Math.max(1, items.length)
  return [...items.slice(start), ...items.slice(0, start)]
}
