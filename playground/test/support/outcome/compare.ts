import type { Outcome } from '../../../src/scenes/stage/scene.ts'

/** What can be compared with `expected`: the outcome without empty queues that are not listed there. */
export function comparable(outcome: Outcome, expected: Outcome): Outcome {
  const queues = Object.entries(outcome.queues).filter(
    ([name, { ready, unacked }]) => ready + unacked > 0 || name in expected.queues,
  )
  return { ...outcome, queues: Object.fromEntries(queues) }
}
