import type { Exercise } from '../src/course/exercise.ts'
import { Gate } from '../src/trial/gate.ts'
import { expectationTimeout, runTest } from '../src/trial/tests.ts'
import { Wrong } from '../src/trial/wrong.ts'

export const exercise: Exercise = {
  lesson: 'testing',
  teaches: 'A test that waits for a condition instead of a time is neither flaky nor slow.',

  async check(trial) {
    const oven = new Gate()
    trial.world('bake', () => oven.opened)
    const slow = await runTest(trial, 0)
    await trial.until(
      () => trial.asked('bake').length > 0 || slow.hasEnded,
      (where) => `Your test sends no order to the baker${where}.`,
    )
    await trial.settles(() => slow.hasEnded)
    const isEarly = slow.hasEnded
    oven.open()
    await slow.ends()
    if (slow.failure !== undefined)
      throw new Wrong(
        `The oven took a quarter of a second longer than usual, and your test failed, although the baker made no mistake. ${slow.failure}`,
      )
    if (isEarly) throw new Wrong('Your test passed before there was a cake.')
    const ashes = await runTest(trial, 2)
    await ashes.ends(expectationTimeout)
    if (ashes.failure === undefined)
      throw new Wrong('Your test passes for a baker who burns the cakes, and sells the ashes.')
    return 'Your test waited for a slow oven, and for nothing else, and it found the ashes.'
  },
}
