import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { list, missing, Wrong } from '../src/trial/wrong.ts'

const orders = ['order 1', 'order 2', 'order 3']

export const exercise: Exercise = {
  lesson: 'confirms',
  teaches:
    'A confirm does not mean that a queue has the message; a mandatory message that reaches none is returned.',

  async check(trial) {
    const { broker } = trial
    await broker.exchange('orders', 'direct')
    await broker.queue('bakery')
    for (const key of ['bread', 'cake']) await broker.bind('bakery', 'orders', key)
    const { ended, where } = await trial.ends(trial.start())
    const queued = (await broker.drain('bakery')).map(textOf)
    const [accepted, refused] = [trial.asked('accept'), trial.asked('refuse')]
    const nowhere = missing(accepted, queued)
    if (nowhere.length > 0)
      throw new Wrong(
        `Your program accepted ${list(nowhere)}, but no queue has it: the exchange "orders" has no binding for its key "sushi". The broker confirmed the message and dropped it.`,
      )
    const wrongly = refused.filter((order) => queued.includes(order))
    if (wrongly.length > 0)
      throw new Wrong(`Your program refused ${list(wrongly)}, but the bakery has it.`)
    const untold = missing(orders, [...accepted, ...refused])
    if (untold.length > 0)
      throw new Wrong(`Your program neither accepted nor refused ${list(untold)}${where}.`)
    if (!ended) throw trial.stillRunning(where)
    return 'Your program accepted orders 1 and 3, which the bakery has, and refused the sushi.'
  },
}
