import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { list, missing, Wrong } from '../src/wrong.ts'

const orders = ['order 1', 'order 2', 'order 3']

export const exercise: Exercise = {
  lesson: 'confirms',
  teaches: 'A confirm does not say that any queue has the message; a mandatory message comes back.',

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
        `The customer of ${list(nowhere)} was told that it is accepted, and no queue has it: the exchange "orders" has no binding for its key "sushi", and the broker confirmed the message all the same.`,
      )
    const wrongly = refused.filter((order) => queued.includes(order))
    if (wrongly.length > 0)
      throw new Wrong(`The customer of ${list(wrongly)} was refused, and the bakery has the order.`)
    const untold = missing(orders, [...accepted, ...refused])
    if (untold.length > 0)
      throw new Wrong(`The customer of ${list(untold)} was told nothing${where}.`)
    if (!ended) throw new Wrong(`Your program does not end: its connection is still open${where}.`)
    return 'The till has accepted orders 1 and 3, which the bakery has, and refused the sushi.'
  },
}
