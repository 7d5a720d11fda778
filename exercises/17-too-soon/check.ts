import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'confirms',
  teaches: 'Await the confirm of the broker before you promise anything to a customer.',

  async check(trial) {
    const { broker, network } = trial
    trial.world('accept', ({ about }) => {
      // The network goes down: nothing that is sent from now on arrives.
      if (about === 'order 2') network.hold('to-broker')
    })
    const register = trial.start()
    await trial.until(
      () => trial.asked('accept').includes('order 2') || register.ended,
      (where) => `Your program accepted no order${where}.`,
    )
    await trial.settles(() => trial.asked('accept').length === 5)
    const accepted = trial.asked('accept').length
    const arrived = async (): Promise<boolean> =>
      ((await broker.look('orders'))?.ready ?? 0) >= accepted
    await trial.settles(arrived)
    if (!(await arrived())) {
      await register.kill()
      const lost = missing(trial.asked('accept'), (await broker.drain('orders')).map(textOf))
      throw new Wrong(
        `The network went down when your program accepted order 2, and then the register was switched off: ${list(lost)} ${either(lost, 'was', 'were')} accepted but never reached the broker.`,
      )
    }
    network.release()
    const { ended, where } = await trial.ends(register)
    const queued = (await broker.drain('orders')).map(textOf)
    const untold = missing(queued, trial.asked('accept'))
    if (untold.length > 0)
      throw new Wrong(
        `The broker has ${list(untold)}, but your program did not accept ${either(untold, 'it', 'them')}${where}.`,
      )
    const lost = missing(orders, queued)
    if (lost.length > 0) throw new Wrong(`The queue "orders" did not get ${list(lost)}${where}.`)
    if (!ended) throw trial.stillRunning(where)
    return 'Your program accepted no order while the network was down. In the end, all 5 orders reached the broker.'
  },
}
