import type { Exercise } from '../src/course/exercise.ts'
import { either, list, missing, Wrong } from '../src/trial/wrong.ts'

const wanted = new Map([
  ['the cake for table 7', { product: 'cake', express: true }],
  ['the cake with a candle', { product: 'cake', express: true, candles: 1 }],
])
const others = new Map([
  ['a cake for tomorrow', { product: 'cake' }],
  ['a cake in no hurry', { product: 'cake', express: false }],
  ['express bread', { product: 'bread', express: true }],
])

export const exercise: Exercise = {
  lesson: 'headers',
  teaches: 'A binding lists headers, and x-match says whether all of them must match or any.',

  async check(trial) {
    const { broker } = trial
    trial.start()
    await trial.consuming()
    for (const [order, headers] of [...others, ...wanted])
      await broker.publish('orders', order, { headers })
    const lost = (): readonly string[] => missing([...wanted.keys()], trial.done('bake'))
    await trial.until(
      () => lost().length === 0,
      () =>
        `The express oven did not get ${list(lost())}: ${either(lost(), 'its', 'their')} headers do not match your binding.`,
    )
    await trial.rest()
    const extra = missing(trial.done('bake'), [...wanted.keys()])
    if (extra.length > 0)
      throw new Wrong(
        `The express oven also got ${list(extra)}: your binding does not require both headers.`,
      )
    return 'The express oven got the 2 express cakes, and none of the other orders.'
  },
}
