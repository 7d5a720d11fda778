import type { Exercise } from '../src/course/exercise.ts'
import { list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'cluster',
  teaches:
    'Connections drop: a program reconnects, and the broker redelivers what was unacknowledged.',

  async check(trial) {
    const { broker, network } = trial
    let cut = false
    trial.world('bake', ({ about }) => {
      if (about !== 'order 2' || cut) return
      cut = true
      network.cut()
    })
    await broker.queue('orders')
    await broker.send('orders', orders)
    const baker = trial.start({ mayCrash: true })
    const rest = (): readonly string[] => missing(orders, trial.done('bake'))
    await trial.until(
      () => baker.ended || rest().length === 0,
      (where) =>
        `The connection dropped for a moment, and your program did not recover: ${list(rest())} are waiting${where}.`,
    )
    if (rest().length > 0) {
      const why = baker.crashed ? ` ${baker.crash().message}.` : ''
      throw new Wrong(
        `The connection dropped for a moment, with order 2 in the oven, and your program exited: ${list(rest())} are waiting.${why}`,
      )
    }
    await trial.until(
      async () =>
        (await broker.look('orders'))?.ready === 0 && network.traffic.unacked.length === 0,
      (where) => `Some orders were baked, but not acknowledged${where}.`,
    )
    return 'The connection dropped with order 2 in the oven. Your program reconnected, and all 5 orders are baked.'
  },
}
