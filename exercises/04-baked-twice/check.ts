import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { either, list, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(10)

export const exercise: Exercise = {
  lesson: 'work-queues',
  teaches: 'What is never acknowledged is delivered again as soon as its worker is gone.',

  async check(trial) {
    const { broker, network } = trial
    await broker.queue('orders')
    await broker.send('orders', orders)
    const baker = trial.start()
    await trial.until(
      () => new Set(trial.done('bake')).size === 10 || trial.done('bake').length > 10,
      (where) => `Your program has baked ${list(trial.done('bake'))}, and no more${where}.`,
    )
    // A program that acknowledges does so now; one that does not is killed with all in its hands.
    await trial.settles(() => network.traffic.unacked.length === 0)
    const twice = orders.filter(
      (order) => trial.done('bake').filter((each) => each === order).length > 1,
    )
    if (twice.length > 0)
      throw new Wrong(
        `${list(twice)} ${either(twice, 'was', 'were')} baked again and again: the broker put ${either(twice, 'it', 'them')} back into the queue, because your program gave ${either(twice, 'it', 'them')} back.`,
      )
    await baker.kill()
    const again = (await trial.collect('orders', network.traffic.unacked.length)).map(textOf)
    if (again.length > 0)
      throw new Wrong(
        `${list(again)} ${either(again, 'was', 'were')} baked, and ${either(again, 'is', 'are')} in the queue again: your program did not acknowledge ${either(again, 'it', 'them')}, so the next baker would bake ${either(again, 'it', 'them')} a second time.`,
      )
    return 'All 10 orders are baked, and none of them is left for the next baker.'
  },
}
