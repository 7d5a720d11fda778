import type { Brokers } from './brokers.ts'
import type { Exercise } from '../course/exercise.ts'
import { Trial, type Timeouts } from '../trial/trial.ts'
import { Busy, Wrong } from '../trial/wrong.ts'

/** The result of a check. */
export interface Verdict {
  readonly solved: boolean
  /** What the program did right or wrong, for the learner. */
  readonly text: string
  /** What the program printed. */
  readonly output: string
  readonly seconds: number
}

/** Enough for one check at a time. Tests that run many at once wait longer. */
export const usualTimeouts: Timeouts = { quiet: 1000, moment: 250 }

export interface Where {
  readonly brokers: Brokers
  readonly timeouts?: Timeouts
  /** Aborts the check, which then rejects. */
  readonly signal?: AbortSignal | undefined
}

/** Runs the check of an exercise on a program. Rejects only if that is not the program's fault. */
export async function judge(exercise: Exercise, program: string, where: Where): Promise<Verdict> {
  const begin = performance.now()
  const first = await runCheck(exercise, program, where)
  // To find the line that keeps a program busy, run it a second time, with tracing.
  const { solved, text, output } = first.busy
    ? await runCheck(exercise, program, { ...where, traces: true })
    : first
  return { solved, text, output, seconds: (performance.now() - begin) / 1000 }
}

async function runCheck(
  { check }: Exercise,
  program: string,
  { brokers, timeouts = usualTimeouts, ...setting }: Where & { readonly traces?: boolean },
): Promise<Omit<Verdict, 'seconds'> & { readonly busy: boolean }> {
  await using vhost = await brokers.open()
  await using trial = await Trial.begin({ ...setting, program, url: vhost.url, timeouts })
  try {
    return { solved: true, text: await check(trial), output: trial.output, busy: false }
  } catch (error) {
    if (!(error instanceof Wrong)) throw error
    const busy = error instanceof Busy
    return { solved: false, text: error.message, output: trial.output, busy }
  }
}
