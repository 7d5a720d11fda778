import type { Exercise } from '../src/course/exercise.ts'
import { list, missing, Wrong } from '../src/trial/wrong.ts'

const wanted = ['soup for table 7', 'cake for table 7']
const others = new Map<string, Readonly<Record<string, unknown>>>([
  ['bread for table 8', { table: 8 }],
  ['coffee to go', {}],
])

export const exercise: Exercise = {
  lesson: 'headers',
  teaches: 'Header values have types: the number 7 and the string "7" are different.',

  async check(trial) {
    const { broker } = trial
    trial.start()
    await trial.consuming()
    for (const [order, headers] of others) await broker.publish('orders', order, { headers })
    for (const order of wanted) await broker.publish('orders', order, { headers: { table: 7 } })
    const lost = (): readonly string[] => missing(wanted, trial.done('show'))
    await trial.until(
      () => lost().length === 0,
      () =>
        `The screen does not show ${list(lost())}: the header "table" is the number 7, and your binding asks for something else.`,
    )
    await trial.rest()
    const extra = missing(trial.done('show'), wanted)
    if (extra.length > 0)
      throw new Wrong(`The screen also shows ${list(extra)}, which is not for table 7.`)
    return 'The screen shows the 2 orders for table 7, and no others.'
  },
}
