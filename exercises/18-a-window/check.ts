import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { list, missing, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(300)
const window = 50

export const exercise: Exercise = {
  lesson: 'confirms',
  teaches:
    'A window of unconfirmed messages is as safe as one by one, and does not wait for the line.',

  async check(trial) {
    const { broker, network } = trial
    const { traffic } = network
    // From the first order on, no confirm comes back.
    traffic.onPublish = () => {
      if (traffic.published.length === 1) network.hold('to-program')
    }
    const shop = trial.start()
    await trial.until(
      () => traffic.published.length > 0,
      (where) => `Your program has sent nothing${where}.`,
    )
    await trial.rest()
    const underWay = traffic.unconfirmed
    if (underWay < 10)
      throw new Wrong(
        `With all confirms held back, ${underWay === 1 ? 'one order was' : `${underWay} orders were`} on the line, and ${300 - underWay} waited: your program sends too few at once.`,
      )
    if (underWay > window)
      throw new Wrong(
        `With all confirms held back, ${underWay} orders were on the line at once, and ${window} may be.`,
      )
    network.release()
    const { ended, where } = await trial.ends(shop)
    const queued = (await broker.drain('orders')).map(textOf)
    const lost = missing(orders, queued)
    if (lost.length > 0)
      throw new Wrong(`${lost.length} of 300 orders never arrived: ${list(lost)}${where}.`)
    if (queued.join() !== orders.join())
      throw new Wrong('The orders arrived, but not in the order in which they were taken.')
    if (!ended) throw new Wrong(`Your program does not end: its connection is still open${where}.`)
    return `With all confirms held back, ${underWay} orders were on the line; in the end all 300 arrived.`
  },
}
