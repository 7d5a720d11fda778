import type { Exercise } from '../src/course/exercise.ts'
import { either, list, missing, Wrong } from '../src/trial/wrong.ts'

const wanted = ['paris.bread.sold', 'paris.cake.sold']
const others = ['paris.bread.returned', 'lyon.bread.sold', 'paris.opened', 'lyon.cake.returned']

export const exercise: Exercise = {
  lesson: 'topics',
  teaches: 'In a binding key "*" matches exactly one word, and "#" any number of words.',

  async check(trial) {
    const { broker } = trial
    trial.start()
    await trial.consuming()
    for (const key of [...others, ...wanted]) await broker.publish('sales', key, { key })
    const lost = (): readonly string[] => missing(wanted, trial.done('show'))
    await trial.until(
      () => lost().length === 0,
      () =>
        `The screen shows ${list(trial.done('show'))}. It does not show ${list(lost())}: your binding key does not match ${either(lost(), 'that', 'those')}.`,
    )
    await trial.rest()
    const extra = missing(trial.done('show'), wanted)
    if (extra.length > 0)
      throw new Wrong(
        `The screen also shows ${list(extra)}: your binding key matches ${either(extra, 'that', 'those')} too.`,
      )
    return 'The screen shows the 2 sales in Paris, and none of the 4 other messages.'
  },
}
