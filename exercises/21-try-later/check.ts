import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { times, Wrong } from '../src/wrong.ts'

const delay = 200

export const exercise: Exercise = {
  lesson: 'retries',
  teaches:
    'A message that fails waits outside its queue, is tried a few times, and is parked in the end.',

  async check(trial) {
    const { broker } = trial
    const tries: { order: string; at: number }[] = []
    trial.world('bake', ({ about, at }) => {
      tries.push({ order: about, at })
      const attempts = tries.filter(({ order }) => order === about).length
      if (about === 'toast' || (about === 'coffee' && attempts === 1))
        return Promise.reject(new Error('the oven is moody'))
      return undefined
    })
    trial.start()
    await trial.consuming()
    await broker.send('orders', ['toast', 'coffee', 'tea'])
    const of = (order: string): number[] =>
      tries.filter((each) => each.order === order).map(({ at }) => at)
    const parked: string[] = []
    const stands = (): string =>
      `the toast was tried ${times(of('toast').length)}, the coffee ${times(of('coffee').length)}`
    await trial.until(
      async () => {
        if (tries.length > 30) return true
        parked.push(...(await broker.drain('orders.parked')).map(textOf))
        return parked.length > 0 && trial.done('bake').length >= 2
      },
      (where) =>
        trial.done('bake').length < 2
          ? `Not all is baked that can be: ${stands()}${where}.`
          : `The toast is not in the queue "orders.parked": ${stands()}${where}.`,
      { quiet: trial.patience.quiet + 2 * delay },
    )
    const [first = 0, second = Infinity] = of('toast')
    if (tries.length > 30)
      throw new Wrong(
        `The oven was asked ${tries.length} times within ${Math.ceil(tries.at(-1)?.at ?? 0) - Math.floor(first)} ms: an order that fails comes back at once, before all the others.`,
      )
    if (parked.join() !== 'toast')
      throw new Wrong(
        `The queue "orders.parked" has ${parked.join(', ')}, and only the toast is hopeless.`,
      )
    if (of('toast').length !== 3)
      throw new Wrong(`The toast was parked after ${of('toast').length} of 3 attempts.`)
    if (second - first < delay * 0.95)
      throw new Wrong(
        `The second attempt at the toast came ${Math.round(second - first)} ms after the first: too soon.`,
      )
    return 'The coffee came at the second attempt, the tea meanwhile, and the toast is parked after the third.'
  },
}
