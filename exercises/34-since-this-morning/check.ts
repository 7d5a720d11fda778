import type { Exercise } from '../src/course/exercise.ts'
import type { Trial } from '../src/trial/trial.ts'
import { either, list, missing, numbered } from '../src/trial/wrong.ts'

const morning = numbered(30)
const afternoon = numbered(2, 31)

export const exercise: Exercise = {
  lesson: 'streams',
  teaches:
    'A consumer of a stream says where it starts, and acknowledges each message to get more of them.',

  async check(trial) {
    const { broker } = trial
    await broker.stream('orders')
    // At least three chunks, so that the last one does not have all orders.
    for (const begin of [0, 10, 20]) await broker.send('orders', morning.slice(begin, begin + 10))
    const screen = trial.start()
    const hidden = (orders: readonly string[]): readonly string[] =>
      missing(orders, trial.done('show'))
    await trial.until(
      () => hidden(morning).length === 0,
      (where) => whatIsHidden(trial, hidden(morning), where),
    )
    await broker.send('orders', afternoon)
    await trial.until(
      () => hidden(afternoon).length === 0,
      (where) =>
        `The screen shows all orders of the morning, but not ${list(hidden(afternoon))}, which came later${screen.ended ? ': your program has exited' : where}.`,
    )
    const { traffic } = trial.network
    await trial.until(
      () => traffic.unacked.length === 0,
      () =>
        `The screen shows all 32 orders, but your program did not acknowledge ${list(traffic.unacked)}. When as many orders as the prefetch are unacknowledged, the broker delivers no more.`,
    )
    return 'The screen shows the 30 orders of the morning, and the 2 that came later. The stream still has all of them.'
  },
}

function whatIsHidden(trial: Trial, hidden: readonly string[], where: string): string {
  const { consumers, delivered, unacked } = trial.network.traffic
  if (consumers === 0) return `Your program consumes from no stream${where}.`
  if (delivered.length === 0)
    return 'The stream "orders" has 30 orders, but the screen shows none of them. Your program did not say where to start, or said "next", so the broker delivers only what is published from now on.'
  if (unacked.length > 0)
    return `The screen shows ${30 - hidden.length} of 30 orders. The broker has delivered ${delivered.length}, and your program did not acknowledge ${list(unacked)}: the broker waits, because it never delivers more than the prefetch.`
  if (delivered.includes('order 1'))
    return `The screen shows ${30 - hidden.length} of 30 orders, but not ${list(hidden)}${where}.`
  return `The screen does not show ${list(hidden)}: your program started to read after ${either(hidden, 'it', 'them')}.`
}
