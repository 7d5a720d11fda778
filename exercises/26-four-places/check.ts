import type { Exercise } from '../src/exercise.ts'
import { Gate } from '../src/gate.ts'
import { missing, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(40)
const places = 4

export const exercise: Exercise = {
  lesson: 'work-queues',
  teaches:
    'The prefetch is back-pressure: the broker delivers no more than a consumer can work on.',

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
          ? `Nothing is in the oven${where}.`
          : `Only ${most} of ${places} places in the oven are taken, and ${orders.length - most} orders wait${where}.`,
    )
    await trial.rest()
    if (most > places)
      throw new Wrong(
        `${most} orders were in the oven at once, and it has ${places} places: the broker delivered them all, because nothing told it to wait.`,
      )
    oven.open()
    await trial.until(
      () =>
        missing(orders, trial.done('bake')).length === 0 && network.traffic.unacked.length === 0,
      (where) =>
        `${missing(orders, trial.done('bake')).length} orders were never baked, and ${network.traffic.unacked.length} are not acknowledged${where}.`,
    )
    if (most > places)
      throw new Wrong(`${most} orders were in the oven at once, and it has ${places} places.`)
    return 'All 40 orders are baked, four at a time.'
  },
}
