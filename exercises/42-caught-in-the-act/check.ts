import type { Exercise } from '../src/course/exercise.ts'
import { expectationTimeout, runTest } from '../src/trial/tests.ts'
import { Wrong } from '../src/trial/wrong.ts'

export const exercise: Exercise = {
  lesson: 'testing',
  teaches: 'A test catches a consumer at the moment in which a mistake matters, not at the end.',

  async check(trial) {
    const good = await runTest(trial, 0)
    await good.ends(expectationTimeout)
    if (good.failure !== undefined)
      throw new Wrong(`Your test fails for a baker who makes no mistakes. ${good.failure}`)
    const early = await runTest(trial, 1)
    await early.ends(expectationTimeout)
    if (early.failure === undefined)
      throw new Wrong(
        'Your test passes for the baker who acknowledges too early. If the lights go out while the cake is on its way to the broker, the order is lost.',
      )
    return 'Your test passes for a good baker, and fails for the one who acknowledges too early.'
  },
}
