import type { Exercise } from '../src/course/exercise.ts'
import { list, missing, Wrong } from '../src/trial/wrong.ts'

const wanted = ['paris.bread.sold', 'lyon.cake.returned', 'paris.cake.returned', 'paris.opened']
const others = ['lyon.bread.sold']

export const exercise: Exercise = {
  lesson: 'topics',
  teaches: 'A queue gets a message once, no matter how many of its bindings match.',

  async check(trial) {
    const { broker } = trial
    trial.start()
    await trial.consuming()
    for (const key of [...others, ...wanted]) await broker.publish('sales', key, { key })
    const lost = (): readonly string[] => missing(wanted, trial.done('show'))
    await trial.until(
      () => lost().length === 0,
      (where) => `The screen does not show ${list(lost())}: none of your bindings matches${where}.`,
    )
    await trial.rest()
    const extra = missing(trial.done('show'), wanted)
    const twice = extra.filter((key) => wanted.includes(key))
    if (twice.length > 0)
      throw new Wrong(
        `The screen shows ${list(twice)} twice: it matches both patterns, and the broker copied it into two of your queues.`,
      )
    if (extra.length > 0)
      throw new Wrong(`The screen also shows ${list(extra)}, which it should not.`)
    return 'The screen shows each of the 4 messages once, including the one that matches both patterns.'
  },
}
