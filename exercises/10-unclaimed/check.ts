import type { Exercise } from '../src/course/exercise.ts'
import { textOf, type Witness } from '../src/trial/witness.ts'
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
    const [dropped] = missing(['order 2', 'order 4'], [...bakery, ...unclaimed])
    if (dropped !== undefined) {
      const [order, key] =
        dropped === 'order 2'
          ? [dropped, 'sushi']
          : [`${dropped}, which the check published,`, 'pizza']
      throw new Wrong(
        `${order} is in no queue, so the broker dropped it: no queue is bound to the exchange "orders" for its key, "${key}", ${await explainAlternate(broker)}.`,
      )
    }
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

async function explainAlternate(broker: Witness): Promise<string> {
  const alternate = await broker.alternateOf('orders', 'direct')
  if (alternate === undefined) return 'and "orders" has no alternate exchange'
  return (await broker.hasExchange(alternate))
    ? `so "orders" passed it on to its alternate exchange, "${alternate}", and no queue is bound to that one for this key`
    : `and its alternate exchange, "${alternate}", does not exist`
}
