import type { Brokers } from './brokers.ts'
import type { Exercise } from './exercise.ts'
import { Trial, type Patience } from './trial.ts'
import { Busy, Wrong } from './wrong.ts'

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
export async function judge(exercise: Exercise, program: string, where: Where): Promise<Verdict> {
  const begin = performance.now()
  const { failure, text, output } = await tryOut(exercise, program, where)
  const said =
    // Which line keeps it busy takes a second look.
    failure instanceof Busy
      ? await tryOut(exercise, program, { ...where, traces: true })
      : undefined
  const seconds = (performance.now() - begin) / 1000
  return { solved: failure === undefined, text: said?.text ?? text, output, seconds }
}

async function tryOut(
  { check }: Exercise,
  program: string,
  { brokers, patience = usualPatience, ...setting }: Where & { readonly traces?: boolean },
): Promise<{ readonly failure?: Wrong; readonly text: string; readonly output: string }> {
  await using vhost = await brokers.open()
  await using trial = await Trial.begin({ ...setting, program, url: vhost.url, patience })
  try {
    return { text: await check(trial), output: trial.output }
  } catch (error) {
    if (error instanceof Wrong) return { failure: error, text: error.message, output: trial.output }
    throw error
  }
}
