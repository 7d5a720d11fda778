import type { Exercise } from '../src/course/exercise.ts'
import { Gate } from '../src/trial/gate.ts'
import { missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(40)
const places = 4

export const exercise: Exercise = {
  lesson: 'work-queues',
  teaches:
    'The prefetch is back-pressure: the broker delivers no more than a consumer can work on at once.',

  async check(trial) {
    const { broker, network } = trial
    const oven = new Gate()
    let most = 0
    trial.world('bake', async () => {
      most = Math.max(most, trial.underWay('bake').length)
      await oven.opened
    })
    trial.start()
    await trial.consuming()
    await broker.send('orders', orders)
    await trial.until(
      () => most >= places,
      (where) =>
        most === 0
          ? `Your program puts nothing into the oven${where}.`
          : `Your program uses only ${most} of ${places} places in the oven, and ${orders.length - most} orders are waiting${where}.`,
    )
    await trial.rest()
    if (most > places)
      throw new Wrong(
        `${most} orders were in the oven at once, but it has room for ${places}: the broker delivered as many as your program allowed.`,
      )
    oven.open()
    await trial.until(
      () =>
        missing(orders, trial.done('bake')).length === 0 && network.traffic.unacked.length === 0,
      (where) =>
        `${missing(orders, trial.done('bake')).length} orders were not baked, and ${network.traffic.unacked.length} are unacknowledged${where}.`,
    )
    if (most > places)
      throw new Wrong(`${most} orders were in the oven at once, but it has room for ${places}.`)
    return 'All 40 orders are baked, four at a time.'
  },
}
