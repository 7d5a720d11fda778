import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { times, Wrong } from '../src/trial/wrong.ts'

const delay = 400

/** When each order was tried, in milliseconds. */
type Tries = Record<'toast' | 'coffee' | 'tea', number[]>

export const exercise: Exercise = {
  lesson: 'retries',
  teaches:
    'A message that fails waits outside its queue, is retried a few times, and is finally parked.',

  async check(trial) {
    const { broker } = trial
    const tries: Tries = { toast: [], coffee: [], tea: [] }
    trial.world('bake', ({ about, at }) => {
      if (about !== 'toast' && about !== 'coffee' && about !== 'tea') return undefined
      tries[about].push(at)
      const fails = about === 'toast' || (about === 'coffee' && tries.coffee.length === 1)
      return fails ? Promise.reject(new Error('the oven is unreliable')) : undefined
    })
    trial.start()
    await trial.consuming()
    await broker.send('orders', ['toast', 'coffee', 'tea'])
    const parked: string[] = []
    await trial.until(
      async () => {
        if (isHopeless(tries)) return true
        parked.push(...(await broker.drain('orders.parked')).map(textOf))
        return parked.length > 0 && trial.done('bake').length >= 2
      },
      (where) =>
        trial.done('bake').length < 2
          ? `The coffee or the tea was never baked: ${count(tries)}${where}.`
          : `The toast is not in the queue "orders.parked": ${count(tries)}${where}.`,
      { quiet: () => trial.timeouts.quiet + 2 * delay },
    )
    judgeTries(tries)
    if (parked.join() !== 'toast')
      throw new Wrong(
        `The queue "orders.parked" holds ${parked.join(', ')}, but only the toast should be parked.`,
      )
    return 'The tea was baked while the others waited, the coffee at the second attempt, and the toast was parked after three.'
  },
}

function count({ toast, coffee, tea }: Tries): string {
  return `the toast was tried ${times(toast.length)}, the coffee ${times(coffee.length)}, the tea ${times(tea.length)}`
}

/** Whether there is no point in waiting for the toast to be parked. */
function isHopeless({ toast }: Tries): boolean {
  const [third = 0, fourth = 0] = toast.slice(2)
  return toast.length > 30 || fourth - third > delay / 2
}

function judgeTries(tries: Tries): void {
  const { toast } = tries
  const [first = 0, second = 0, third = 0] = toast
  const span = Math.round((toast.at(-1) ?? 0) - first)
  if (toast.length > 30)
    throw new Wrong(
      `Your program tried the toast ${toast.length} times within ${span} ms: a failed order is delivered again immediately, before all others.`,
    )
  if (toast.length !== 3)
    throw new Wrong(
      `Your program should try the toast 3 times and then park it, but ${count(tries)}.`,
    )
  const shortest = Math.min(second - first, third - second)
  if (shortest < delay * 0.95)
    throw new Wrong(
      `The toast was tried again after ${Math.round(shortest)} ms, and should wait for ${delay} ms.`,
    )
}
