import type { Exercise } from '../src/exercise.ts'
import { list, missing, numbered } from '../src/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'cluster',
  teaches: 'A program that knows all nodes of a cluster goes on when one of them is gone.',

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
          ? `The first node is gone, the other one is there, and your program never asked it: ${list(rest())} wait${where}.`
          : `Your program has not baked ${list(rest())}${where}.`,
    )
    return 'With order 2 in the oven the first node went down: your program went on with the other.'
  },
}
