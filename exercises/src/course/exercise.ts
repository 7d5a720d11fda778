import type { Trial } from '../trial/trial.ts'

/** The lessons in the order of the course, by the names of their packages. */
export const lessons = [
  'basic',
  'work-queues',
  'pubsub',
  'routing',
  'topics',
  'rpc',
  'confirms',
  'retries',
  'cluster',
  'headers',
  'streams',
  'tasks',
  'testing',
  'service',
] as const

export type Lesson = (typeof lessons)[number]

/** The number of the chapter about a lesson. */
export function chapterOf(lesson: Lesson): number {
  return lessons.indexOf(lesson) + 1
}

/** What the check.ts of an exercise exports. */
export interface Exercise {
  /** The lesson that it practices. */
  readonly lesson: Lesson
  /** What a learner knows after solving it. */
  readonly teaches: string
  /**
   * Runs the program, causes trouble, and looks at the results. Resolves with a sentence about what
   * the program did right; throws a `Wrong`, the verdict, if it did something wrong.
   */
  readonly check: (trial: Trial) => Promise<string>
}

/** A wrong variant of the solution, and what the verdict on it must say. */
export interface Mutant {
  readonly name: string
  /** What to replace in the solution; each text occurs there exactly once. */
  readonly change: readonly (readonly [from: string, to: string])[]
  readonly verdict: RegExp
}

/** What the proof.ts of an exercise exports. It shows that the check fails for the right reasons. */
export interface Proof {
  /** What the verdict on the unsolved program must say. */
  readonly unsolved: RegExp
  readonly mutants: readonly Mutant[]
  /** Other correct solutions, as changes of the one in solution.ts. */
  readonly alternatives?: readonly Omit<Mutant, 'verdict'>[]
}
