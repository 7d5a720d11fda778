import type { Exercise } from '../src/course/exercise.ts'
import { either, list, missing, Wrong } from '../src/trial/wrong.ts'

const keys = ['bread', 'cake', 'coffee', 'cake', 'bread', 'coffee']
const orders = keys.map((key, i) => `order ${i + 1} (${key})`)
const wanted = orders.filter((order) => !order.includes('coffee'))

export const exercise: Exercise = {
  lesson: 'routing',
  teaches: 'A queue needs one binding per key: a direct exchange compares whole keys.',

  async check(trial) {
    const { broker } = trial
    trial.start()
    await trial.consuming()
    for (const [i, key] of keys.entries()) await broker.publish('orders', orders[i] ?? '', { key })
    const lost = (): readonly string[] => missing(wanted, trial.done('bake'))
    await trial.until(
      () => lost().length === 0,
      () => {
        const lostKeys = [...new Set(lost().map((order) => /\((.*)\)/.exec(order)?.[1]))]
          .map((key) => `"${key}"`)
          .join(', and none with the key ')
        return `The oven never got ${list(lost())}: the exchange "orders" has no binding with the key ${lostKeys}, so the broker dropped ${either(lost(), 'it', 'them')}.`
      },
    )
    await trial.rest()
    const others = missing(trial.done('bake'), wanted)
    if (others.length > 0)
      throw new Wrong(`The oven also got ${list(others)}, and coffee cannot be baked.`)
    return 'The oven got the 4 orders for bread and cake, but not the 2 for coffee.'
  },
}
