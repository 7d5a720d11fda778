import type { Exercise } from '../src/course/exercise.ts'
import type { Trial } from '../src/trial/trial.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'basic',
  teaches: 'A consumer waits for messages, and acknowledges each one when its work is done.',

  async check(trial) {
    const { broker, network } = trial
    await broker.queue('orders')
    await broker.send('orders', orders)
    let early = false
    trial.world('bake', async ({ about }) => {
      if (about !== 'order 1') return
      await trial.rest()
      const { delivered, unacked } = network.traffic
      early = delivered.includes(about) && !unacked.includes(about)
    })
    const baker = trial.start()
    await trial.until(
      async () => {
        const ready = (await broker.look('orders'))?.ready
        return trial.done('bake').length >= 5 && ready === 0 && network.traffic.unacked.length === 0
      },
      (where) => explain(trial, baker.ended, where),
    )
    if (early)
      throw new Wrong(
        'Your program acknowledged order 1 while it was still in the oven: for the broker it was done.',
      )
    const { rejected } = network.traffic
    if (rejected.length > 0)
      throw new Wrong(
        `${list(rejected)} ${either(rejected, 'was', 'were')} baked, but your program rejected ${either(rejected, 'it', 'them')}: for the broker the work failed.`,
      )
    await trial.calm(
      () => baker.ended,
      () =>
        'All 5 orders are baked, but your program has exited: nobody is waiting for the next order.',
    )
    return 'All 5 orders are baked and acknowledged, and your program is waiting for more.'
  },
}

async function explain(trial: Trial, ended: boolean, where: string): Promise<string> {
  const baked = trial.done('bake')
  const ready = (await trial.broker.look('orders'))?.ready ?? 0
  const waiting = `${ready} of 5 orders are in the queue`
  if (ended) {
    const again = ready + baked.length > 5 ? ', did not acknowledge it,' : ''
    return `Your program baked ${list(baked)}${again} and exited: ${waiting}.`
  }
  const { unacked } = trial.network.traffic
  if (unacked.length > 0 && missing(unacked, baked).length === 0)
    return `Your program baked ${list(unacked)} and did not acknowledge it, so the broker delivers no more: ${waiting}.`
  if (unacked.length > 0)
    return `The broker delivered ${list(unacked)}, but your program did not bake it: ${waiting}${where}.`
  if (ready === orders.length) return `Your program baked nothing: ${waiting}${where}.`
  const missed = list(missing(orders, baked))
  return `${waiting}: your program acknowledged ${missed} without baking${where}.`
}
