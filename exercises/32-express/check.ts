import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(5)
const inTurn = ['order 3', 'order 5', 'order 1', 'order 2', 'order 4']

export const exercise: Exercise = {
  lesson: 'headers',
  teaches:
    'A priority queue delivers messages with a higher priority first, and keeps the order within a priority.',

  async check(trial) {
    const { broker } = trial
    const { ended, where } = await trial.ends(trial.start())
    if (!ended) throw trial.stillRunning(where)
    const delivered = (await broker.drain('orders')).map(textOf)
    const lost = missing(orders, delivered)
    if (lost.length > 0) throw new Wrong(`The queue "orders" did not get ${list(lost)}.`)
    if (delivered.join() !== inTurn.join())
      throw new Wrong(
        `The broker delivered ${list(delivered)}, in this order. The express orders, 3 and 5, should come first.`,
      )
    return 'The broker delivered the express orders 3 and 5 first, then orders 1, 2 and 4.'
  },
}
