import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(10)

export const exercise: Exercise = {
  lesson: 'work-queues',
  teaches:
    'Messages that are never acknowledged are delivered again when their worker disconnects.',

  async check(trial) {
    const { broker, network } = trial
    await broker.queue('orders')
    await broker.send('orders', orders)
    const early: string[] = []
    trial.world('bake', async ({ about }) => {
      if (about !== 'order 1') return
      await trial.rest()
      // A program may bake several orders at once.
      const acked = missing(network.traffic.delivered, network.traffic.unacked)
      early.push(...missing(acked, trial.done('bake')))
    })
    const baker = trial.start()
    await trial.until(
      () => new Set(trial.done('bake')).size === 10 || trial.done('bake').length > 10,
      (where) => `Your program baked ${list(trial.done('bake'))}, and no more${where}.`,
    )
    if (early.length > 0)
      throw new Wrong(
        `${list(early)} ${either(early, 'was', 'were')} acknowledged before ${either(early, 'it was', 'they were')} baked. If your program had been killed then, ${either(early, 'it', 'they')} would have been lost.`,
      )
    // A program that acknowledges does so now. One that does not is killed while all is unacknowledged.
    await trial.settles(() => network.traffic.unacked.length === 0)
    const twice = orders.filter(
      (order) => trial.done('bake').filter((each) => each === order).length > 1,
    )
    if (twice.length > 0)
      throw new Wrong(
        `${list(twice)} ${either(twice, 'was', 'were')} baked again and again: your program requeued ${either(twice, 'it', 'them')}, so the broker delivered ${either(twice, 'it', 'them')} again.`,
      )
    const { rejected } = network.traffic
    if (rejected.length > 0)
      throw new Wrong(
        `${list(rejected)} ${either(rejected, 'was', 'were')} baked, but your program rejected ${either(rejected, 'it', 'them')}: that tells the broker that the work failed, and a queue with a dead-letter exchange would keep ${either(rejected, 'it', 'them')} there as ${either(rejected, 'a failed order', 'failed orders')}.`,
      )
    // The network forgets them with the connection, perhaps before the broker has put them back.
    const unacked = network.traffic.unacked.length
    await baker.kill()
    const again = (await trial.collect('orders', unacked)).map(textOf)
    if (again.length > 0)
      throw new Wrong(
        `${list(again)} ${either(again, 'was', 'were')} baked, but ${either(again, 'is', 'are')} back in the queue: your program did not acknowledge ${either(again, 'it', 'them')}, so the next baker would bake ${either(again, 'it', 'them')} a second time.`,
      )
    return 'All 10 orders are baked and acknowledged: none will be delivered again.'
  },
}
