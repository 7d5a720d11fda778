import type { Trial } from './trial.ts'

/** The lessons, by their packages, in the order of the course. */
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
] as const

export type Lesson = (typeof lessons)[number]

/** An exercise: what its check.ts exports. */
export interface Exercise {
  /** The lesson that it practices, and whose chapter one should have read. */
  readonly lesson: Lesson
  /** What a learner knows who has solved it. */
  readonly teaches: string
  /**
   * Runs the program, does the worst to it, and looks what came of it. Resolves with what was seen
   * when the program did its task; otherwise throws the verdict, a Wrong.
   */
  readonly check: (trial: Trial) => Promise<string>
}

/** A variant of the solution that is wrong: what is replaced in it, and what the verdict must say. */
export interface Mutant {
  readonly name: string
  readonly change: readonly (readonly [from: string, to: string])[]
  readonly verdict: RegExp
}

/** Shows that the check of an exercise can fail, and why: what its proof.ts exports. */
export interface Proof {
  /** What the verdict on the unsolved program must say. */
  readonly unsolved: RegExp
  readonly mutants: readonly Mutant[]
}
