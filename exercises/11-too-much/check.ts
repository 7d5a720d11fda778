import type { Exercise } from '../src/exercise.ts'
import { either, list, missing, Wrong } from '../src/wrong.ts'

const wanted = ['paris.bread.sold', 'paris.cake.sold']
const others = ['paris.bread.returned', 'lyon.bread.sold', 'paris.opened', 'lyon.cake.returned']

export const exercise: Exercise = {
  lesson: 'topics',
  teaches: 'A binding key is a pattern, word by word: "*" is one word, "#" any number of them.',

  async check(trial) {
    const { broker } = trial
    trial.start()
    await trial.consuming()
    for (const key of [...others, ...wanted]) await broker.publish('sales', key, { key })
    const lost = (): readonly string[] => missing(wanted, trial.done('show'))
    await trial.until(
      () => lost().length === 0,
      () =>
        `The screen shows ${list(trial.done('show'))}. It misses ${list(lost())}: no binding key of yours matches ${either(lost(), 'that', 'those')}.`,
    )
    await trial.rest()
    const extra = missing(trial.done('show'), wanted)
    if (extra.length > 0)
      throw new Wrong(
        `The screen shows ${list(extra)} as well: your binding key matches ${either(extra, 'that', 'those')} too.`,
      )
    return 'Of 6 messages the broker copied the 2 sales in Paris to your queue, and no others.'
  },
}
