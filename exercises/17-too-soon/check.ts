import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { either, list, missing, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'confirms',
  teaches: 'Whoever promises something to a customer awaits the confirm of the broker first.',

  async check(trial) {
    const { broker, network } = trial
    trial.world('accept', ({ about }) => {
      // With order 2 the network goes down: what is sent from now on does not arrive.
      if (about === 'order 2') network.hold('to-broker')
    })
    const till = trial.start()
    await trial.until(
      () => trial.asked('accept').includes('order 2') || till.ended,
      (where) => `No customer has been told anything${where}.`,
    )
    await trial.settles(() => trial.asked('accept').length === 5)
    const accepted = trial.asked('accept').length
    const arrived = async (): Promise<boolean> =>
      ((await broker.look('orders'))?.ready ?? 0) >= accepted
    await trial.settles(arrived)
    if (!(await arrived())) {
      await till.kill()
      const lost = missing(trial.asked('accept'), (await broker.drain('orders')).map(textOf))
      throw new Wrong(
        `When order 2 was accepted the network went down, and later the till was switched off: ${list(lost)} never reached the broker, and the ${either(lost, 'customer was', 'customers were')} told that all is well.`,
      )
    }
    network.release()
    const { ended, where } = await trial.ends(till)
    const queued = (await broker.drain('orders')).map(textOf)
    const untold = missing(queued, trial.asked('accept'))
    if (untold.length > 0)
      throw new Wrong(`The customer of ${list(untold)} was told nothing${where}.`)
    const lost = missing(orders, queued)
    if (lost.length > 0) throw new Wrong(`The queue "orders" did not get ${list(lost)}${where}.`)
    if (!ended) throw new Wrong(`Your program does not end: its connection is still open${where}.`)
    return 'While the network was down no customer was told anything; then all 5 orders were safe.'
  },
}
