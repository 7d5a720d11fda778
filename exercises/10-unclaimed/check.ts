import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { list, missing, Wrong } from '../src/wrong.ts'

const claimed = ['order 1', 'order 3']

export const exercise: Exercise = {
  lesson: 'routing',
  teaches:
    'An alternate exchange collects the messages that cannot be routed, without help from the producer.',

  async check(trial) {
    const { broker } = trial
    const { ended, where } = await trial.ends(trial.start())
    if (!ended) throw trial.stillRunning(where)
    const bakery = (await broker.drain('bakery')).map(textOf)
    const unclaimed = (await broker.drain('unclaimed')).map(textOf)
    if (missing(['order 2'], [...bakery, ...unclaimed]).length > 0)
      throw new Wrong(
        'Order 2 is in no queue, so the broker dropped it: neither the exchange "orders" nor an alternate exchange has a binding that matches its key, "sushi".',
      )
    const wrongly = bakery.includes('order 2') ? ['order 2'] : missing(unclaimed, ['order 2'])
    if (wrongly.length > 0)
      throw new Wrong(
        bakery.includes('order 2')
          ? 'Order 2 (sushi) is in the queue "bakery", where nobody can make sushi.'
          : `The queue "unclaimed" also holds ${list(wrongly)}, although the bakery gets that.`,
      )
    const lost = missing(claimed, bakery)
    if (lost.length > 0) throw new Wrong(`The queue "bakery" did not get ${list(lost)}.`)
    return 'The bakery has the orders for bread and cake, and the sushi is in "unclaimed".'
  },
}
