import type { Exercise } from '../src/course/exercise.ts'
import { list, missing, numbered } from '../src/trial/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'cluster',
  teaches:
    'A program that knows all nodes of a cluster can switch to another one when a node fails.',

  async check(trial) {
    const { broker, network } = trial
    const other = await trial.secondNetwork()
    trial.world('bake', ({ about }) => {
      if (about === 'order 2') network.close()
    })
    await broker.queue('orders')
    await broker.send('orders', orders)
    trial.start()
    const rest = (): readonly string[] => missing(orders, trial.done('bake'))
    await trial.until(
      () => rest().length === 0,
      (where) =>
        other.connections === 0
          ? `The first node is down, the other one is available, but your program never connected to it: ${list(rest())} are waiting${where}.`
          : `Your program did not bake ${list(rest())}${where}.`,
    )
    return 'The first node went down with order 2 in the oven, and your program continued with the other one.'
  },
}
