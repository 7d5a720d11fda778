import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(3)

export const exercise: Exercise = {
  lesson: 'retries',
  teaches: 'An expired message is dropped, unless its queue has a dead-letter exchange.',

  async check(trial) {
    const { broker } = trial
    const { ended, where } = await trial.ends(trial.start())
    if (!ended) throw trial.stillRunning(where)
    if ((await broker.look('counter')) === undefined)
      throw new Wrong('The broker has no queue "counter".')
    const begin = performance.now()
    await broker.send('counter', orders)
    const leftovers: string[] = []
    await trial.until(
      async () => {
        leftovers.push(...(await broker.drain('leftovers')).map(textOf))
        return missing(orders, leftovers).length === 0
      },
      async () => {
        const ready = (await broker.look('counter'))?.ready ?? 0
        if (ready > 0) {
          const waited = ((performance.now() - begin) / 1000).toFixed(1)
          return `${ready} orders are still in "counter" after ${waited} s.`
        }
        return `${list(missing(orders, leftovers))} expired in "counter" and the broker dropped them: no dead-letter exchange and key lead to the queue "leftovers".`
      },
      { quiet: () => trial.timeouts.quiet + 300 },
    )
    const waited = performance.now() - begin
    if (waited < 150)
      throw new Wrong(
        `The orders left "counter" after ${Math.round(waited)} ms, before anybody could pick them up.`,
      )
    return 'After 200 ms in "counter", all 3 orders are in the queue "leftovers".'
  },
}
