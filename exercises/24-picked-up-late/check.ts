import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { list, missing, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(3)

export const exercise: Exercise = {
  lesson: 'retries',
  teaches: 'A message that expires is dropped, unless its queue has a dead-letter exchange.',

  async check(trial) {
    const { broker } = trial
    const { ended, where } = await trial.ends(trial.start())
    if (!ended) throw new Wrong(`Your program does not end: its connection is still open${where}.`)
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
          return `${ready} orders are still at the counter, after ${waited} s: they do not expire in time.`
        }
        return `${list(missing(orders, leftovers))} expired at the counter, and the broker dropped them: no dead-letter exchange leads to the queue "leftovers".`
      },
      { quiet: trial.patience.quiet + 300 },
    )
    const waited = performance.now() - begin
    if (waited < 150)
      throw new Wrong(
        `The orders left the counter after ${Math.round(waited)} ms: nobody had the time to come.`,
      )
    return 'After 200 ms at the counter all 3 orders are in the queue "leftovers".'
  },
}
