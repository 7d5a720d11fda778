import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { times, Wrong } from '../src/wrong.ts'

const delay = 200

export const exercise: Exercise = {
  lesson: 'retries',
  teaches:
    'A message that fails waits outside its queue, is retried a few times, and is finally parked.',

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
        const [third, fourth] = of('toast').slice(2)
        const waits = fourth !== undefined && fourth - (third ?? 0) > delay / 2
        if (tries.length > 30 || waits) return true
        parked.push(...(await broker.drain('orders.parked')).map(textOf))
        return parked.length > 0 && trial.done('bake').length >= 2
      },
      (where) =>
        trial.done('bake').length < 2
          ? `The coffee or the tea was never baked: ${stands()}${where}.`
          : `The toast is not in the queue "orders.parked": ${stands()}${where}.`,
      { quiet: () => trial.patience.quiet + 2 * delay },
    )
    const [first = 0, second = Infinity] = of('toast')
    if (tries.length > 30)
      throw new Wrong(
        `Your program tried to bake ${tries.length} times within ${Math.ceil(tries.at(-1)?.at ?? 0) - Math.floor(first)} ms: a failed order is delivered again immediately, before all others.`,
      )
    if (of('toast').length > 3)
      throw new Wrong(
        `Your program tried the toast a fourth time, and should park it after three. The coffee was tried ${times(of('coffee').length)}, the tea ${times(of('tea').length)}.`,
      )
    if (parked.join() !== 'toast')
      throw new Wrong(
        `The queue "orders.parked" holds ${parked.join(', ')}, but only the toast should be parked.`,
      )
    if (of('toast').length !== 3)
      throw new Wrong(
        `The toast was tried ${times(of('toast').length)} before it was parked, and should be tried 3 times.`,
      )
    if (second - first < delay * 0.95)
      throw new Wrong(
        `The second attempt at the toast came ${Math.round(second - first)} ms after the first, which is too soon.`,
      )
    return 'The tea was baked while the others waited, the coffee at the second attempt, and the toast was parked after three.'
  },
}
