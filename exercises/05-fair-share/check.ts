import type { Exercise } from '../src/course/exercise.ts'
import { either, list, missing, numbered } from '../src/trial/wrong.ts'

const cake = 'the wedding cake'
const rolls = numbered(9)

export const exercise: Exercise = {
  lesson: 'work-queues',
  teaches: 'With a prefetch of 1, no message waits behind a slow one while another worker is idle.',

  async check(trial) {
    const { broker, network } = trial
    await broker.queue('orders')
    trial.start()
    trial.start()
    await trial.consuming(2)
    // The cake is in the oven until the end of the check.
    trial.world('bake', async ({ about }) => {
      if (about === cake) await new Promise(() => {})
    })
    await broker.send('orders', [cake])
    await trial.until(
      () => trial.underWay('bake').includes(cake),
      (where) => `Your program does not bake${where}.`,
    )
    await broker.send('orders', rolls)
    await trial.until(
      () => missing(rolls, trial.done('bake')).length === 0,
      () => {
        const waiting = missing(rolls, trial.done('bake'))
        const { unacked } = network.traffic
        const [baked] = trial.done('bake').filter((about) => unacked.includes(about))
        if (baked !== undefined && !waiting.some((about) => unacked.includes(about)))
          return `${list(waiting)} ${either(waiting, 'is', 'are')} still in the queue: the other baker has not acknowledged ${baked}, so the broker delivers no more to it.`
        return `${list(waiting)} ${either(waiting, 'waits', 'wait')} behind the wedding cake: the broker delivered ${either(waiting, 'it', 'them')} to the baker who is busy with it, and the other baker is idle.`
      },
    )
    return 'While one baker was busy with the wedding cake, the other baked all 9 orders.'
  },
}
