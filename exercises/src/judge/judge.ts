import type { Brokers } from './brokers.ts'
import type { Exercise } from '../course/exercise.ts'
import { compile } from '../trial/compile.ts'
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
  const outcome = await compileAndCheck(exercise, program, where)
  return { ...outcome, seconds: (performance.now() - begin) / 1000 }
}

type Outcome = Omit<Verdict, 'seconds'>

async function compileAndCheck(
  { check }: Exercise,
  program: string,
  where: Where,
): Promise<Outcome> {
  try {
    await using compiled = await compile(program)
    const setting = { ...where, program, compiled: compiled.file }
    const { busy, ...outcome } = await runCheck(check, setting)
    if (!busy) return outcome
    // To find the line that keeps a program busy, run it a second time, with tracing.
    const { busy: _, ...traced } = await runCheck(check, { ...setting, traces: true })
    return traced
  } catch (error) {
    if (!(error instanceof Wrong)) throw error
    return { solved: false, text: error.message, output: '' }
  }
}

interface Run extends Where {
  readonly program: string
  readonly compiled: string
  readonly traces?: boolean
}

async function runCheck(
  check: Exercise['check'],
  { brokers, timeouts = usualTimeouts, ...setting }: Run,
): Promise<Outcome & { readonly busy: boolean }> {
  await using vhost = await brokers.open()
  await using trial = await Trial.begin({ ...setting, url: vhost.url, timeouts })
  try {
    return { solved: true, text: await check(trial), output: trial.output, busy: false }
  } catch (error) {
    if (!(error instanceof Wrong)) throw error
    const busy = error instanceof Busy
    return { solved: false, text: error.message, output: trial.output, busy }
  }
}
