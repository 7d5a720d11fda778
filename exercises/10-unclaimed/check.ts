import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { either, list, missing, Wrong } from '../src/trial/wrong.ts'

const claimed = ['order 1', 'order 3']

export const exercise: Exercise = {
  lesson: 'routing',
  teaches:
    'An alternate exchange collects the messages that cannot be routed, without help from the producer.',

  async check(trial) {
    const { broker } = trial
    const { ended, where } = await trial.ends(trial.start())
    if (!ended) throw trial.stillRunning(where)
    // Not only sushi: nobody knows what customers will order next.
    await broker.publish('orders', 'order 4', { key: 'pizza' })
    const bakery = (await broker.drain('bakery')).map(textOf)
    const unclaimed = (await broker.drain('unclaimed')).map(textOf)
    const dropped = missing(['order 2', 'order 4'], [...bakery, ...unclaimed])
    const [order = ''] = dropped
    if (dropped.length > 0)
      throw new Wrong(
        `${order === 'order 4' ? 'order 4, which the check published,' : order} is in no queue, so the broker dropped it: neither the exchange "orders" nor an alternate exchange leads to a queue for its key, "${order === 'order 2' ? 'sushi' : 'pizza'}". An alternate exchange must exist, and a queue must be bound to it.`,
      )
    const wrongly = missing(bakery, claimed)
    if (wrongly.length > 0)
      throw new Wrong(
        `The queue "bakery" also holds ${list(wrongly)}, which the bakery cannot make.`,
      )
    const extra = missing(unclaimed, ['order 2', 'order 4'])
    if (extra.length > 0)
      throw new Wrong(
        `The queue "unclaimed" also holds ${list(extra)}, although the bakery gets ${either(extra, 'it', 'them')}.`,
      )
    const lost = missing(claimed, bakery)
    if (lost.length > 0) throw new Wrong(`The queue "bakery" did not get ${list(lost)}.`)
    return 'The bakery has the orders for bread and cake, and the others are in "unclaimed".'
  },
}
