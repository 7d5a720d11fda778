import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(20)

export const exercise: Exercise = {
  lesson: 'work-queues',
  teaches: 'Acknowledge a message after the work, so that it is not lost when its worker dies.',

  async check(trial) {
    const { broker } = trial
    await broker.queue('orders')
    await broker.send('orders', orders)
    trial.world('bake', async ({ about, by }) => {
      if (about !== 'order 7') return
      // By then the broker has delivered what it is going to deliver.
      await trial.rest()
      await by.kill()
    })
    const baker = trial.start()
    await trial.until(
      () => baker.ended,
      (where) => {
        const { unacked } = trial.network.traffic
        const why = unacked.length === 0 ? '' : `: ${list(unacked)} is unacknowledged`
        return `Your program baked ${list(trial.done('bake'))}, and the broker delivers no more${why}${where}.`
      },
    )
    const done = trial.done('bake')
    const rest = await trial.collect('orders', orders.length - done.length)
    const lost = missing(orders, [...done, ...rest.map(textOf)])
    if (lost.length > 0)
      throw new Wrong(
        `${lost.length} of 20 orders ${either(lost, 'is lost: it was', 'are lost: they were')} acknowledged before the work was done, and the baker was killed in between (${list(lost)}).`,
      )
    const again = missing(rest.map(textOf), missing(orders, done))
    if (again.length > 1)
      throw new Wrong(
        `${list(again)} were baked but are still in the queue: your program did not acknowledge them.`,
      )
    return 'The baker was killed with order 7 in the oven: the broker still has it, and every order after it.'
  },
}
