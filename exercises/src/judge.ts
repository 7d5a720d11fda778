import type { Brokers } from './brokers.ts'
import type { Exercise } from './exercise.ts'
import { Trial, type Patience } from './trial.ts'
import { Wrong } from './wrong.ts'

/** What a check found. */
export interface Verdict {
  readonly solved: boolean
  /** In words for the learner. */
  readonly text: string
  /** What the program has printed. */
  readonly output: string
  readonly seconds: number
}

/** Enough for a program on this machine; who runs many at once, or elsewhere, may wait longer. */
export const usualPatience: Patience = { quiet: 600, moment: 250 }

export interface Where {
  readonly brokers: Brokers
  readonly patience?: Patience
  /** Gives up when it is aborted, and rejects. */
  readonly signal?: AbortSignal | undefined
}

/** Runs the check of an exercise on a program. Rejects only for what is not the program's fault. */
export async function judge(
  { check }: Exercise,
  program: string,
  { brokers, patience = usualPatience, signal }: Where,
): Promise<Verdict> {
  const begin = performance.now()
  await using vhost = await brokers.open()
  await using trial = await Trial.begin({ program, url: vhost.url, patience, signal })
  const verdict = (solved: boolean, text: string): Verdict => {
    const seconds = (performance.now() - begin) / 1000
    return { solved, text, output: trial.output, seconds }
  }
  try {
    return verdict(true, await check(trial))
  } catch (error) {
    if (error instanceof Wrong) return verdict(false, error.message)
    throw error
  }
}
