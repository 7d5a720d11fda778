import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(300)
const window = 50

export const exercise: Exercise = {
  lesson: 'confirms',
  teaches: 'A window of unconfirmed messages is as safe as sending one by one, and much faster.',

  async check(trial) {
    const { broker, network } = trial
    const { traffic } = network
    // From the first order on, all confirms are held back.
    traffic.onPublish = () => {
      if (traffic.published.length === 1) network.hold('to-program')
    }
    const shop = trial.start()
    await trial.until(
      () => traffic.published.length > 0,
      (where) => `Your program sent nothing${where}.`,
    )
    await trial.rest()
    const inFlight = traffic.unconfirmed
    if (inFlight < 10)
      throw new Wrong(
        `While the confirms were held back, your program had only ${inFlight === 1 ? 'one order' : `${inFlight} orders`} in flight, and ${300 - inFlight} orders waited.`,
      )
    if (inFlight > window)
      throw new Wrong(
        `While the confirms were held back, your program had ${inFlight} orders in flight. The limit is ${window}.`,
      )
    network.release()
    const { ended, where } = await trial.ends(shop)
    const queued = (await broker.drain('orders')).map(textOf)
    const lost = missing(orders, queued)
    if (lost.length > 0)
      throw new Wrong(`${lost.length} of 300 orders never arrived: ${list(lost)}${where}.`)
    if (queued.join() !== orders.join())
      throw new Wrong('All orders arrived, but in a different order.')
    if (!ended) throw trial.stillRunning(where)
    return `While the confirms were held back, ${inFlight} orders were in flight. In the end, all 300 arrived.`
  },
}
