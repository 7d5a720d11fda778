import type { Exercise } from '../src/exercise.ts'
import { either, list, missing, Wrong } from '../src/wrong.ts'

const wanted = ['soup for table 7', 'cake for table 7']
const others = new Map<string, Readonly<Record<string, unknown>>>([
  ['bread for table 8', { table: 8 }],
  ['coffee to go', {}],
])

export const exercise: Exercise = {
  lesson: 'headers',
  teaches: 'Headers have types: the number 7 and the text "7" do not match.',

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
        `The screen misses ${list(lost())}: ${either(lost(), 'it has', 'they have')} a header "table" with the number 7, and your binding asks for something else.`,
    )
    await trial.rest()
    const extra = missing(trial.done('show'), wanted)
    if (extra.length > 0)
      throw new Wrong(`The screen shows ${list(extra)} as well, which is not for table 7.`)
    return 'The screen shows the 2 orders for table 7, and no others.'
  },
}
