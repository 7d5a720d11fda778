import type { Exercise } from '../src/exercise.ts'
import { list, missing, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'cluster',
  teaches:
    'Connections break: a program connects again, and the broker delivers again what was open.',

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
        `The connection broke for an instant, and your program does not come back: ${list(rest())} wait${where}.`,
    )
    if (rest().length > 0) {
      const why = baker.crashed ? ` ${baker.crash().message}.` : ''
      throw new Wrong(
        `The connection broke for an instant, with order 2 in the oven, and your program ended: ${list(rest())} wait.${why}`,
      )
    }
    await trial.until(
      async () =>
        (await broker.look('orders'))?.ready === 0 && network.traffic.unacked.length === 0,
      (where) => `Some orders are baked, and not acknowledged${where}.`,
    )
    return 'The connection broke with order 2 in the oven; your program came back, and all 5 are baked.'
  },
}
