import type { Trial } from './trial.ts'

/** Milliseconds that a test broker waits for what does not happen, before the test fails. */
export const expectationTimeout = 3000

/** A run of a program that is a test itself. */
export interface TestRun {
  readonly hasEnded: boolean
  /** Why the test failed; undefined if it passed. */
  readonly failure: string | undefined
  /** Waits for the end, and `more` milliseconds longer than for other programs. */
  ends(more?: number): Promise<void>
}

/** Runs the learner's program, which tests one of the bakers of bakers.ts. */
export async function runTest(trial: Trial, baker: number): Promise<TestRun> {
  trial.world('whoBakes', () => baker)
  const learner = trial.start({ mayCrash: true })
  await trial.until(
    () => trial.calls('whoBakes').some(({ by }) => by === learner) || learner.ended,
    (where) => `Your test starts no baker${where}.`,
    // Its broker is in the program, so we do not see that it is connecting.
    { quiet: () => trial.timeouts.quiet + expectationTimeout },
  )
  return {
    get hasEnded() {
      return learner.ended
    },
    get failure() {
      return learner.crashed ? learner.crash().message : undefined
    },
    async ends(more = 0) {
      await trial.until(
        () => learner.ended,
        (where) => `Your test does not end${where}.`,
        { quiet: () => trial.timeouts.quiet + more },
      )
      await learner.end()
    },
  }
}
