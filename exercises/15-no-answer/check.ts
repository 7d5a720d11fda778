import type { Exercise } from '../src/exercise.ts'
import { textOf, type Message } from '../src/witness.ts'
import { list, Wrong } from '../src/wrong.ts'

export const exercise: Exercise = {
  lesson: 'rpc',
  teaches: 'Every call has a timeout, and a request that nobody waits for any more expires.',

  async check(trial) {
    const { broker } = trial
    const asked: Message[] = []
    await broker.queue('quotes')
    const leave = await broker.follow('quotes', (question) => {
      asked.push(question)
      // The price list answers one question, and crashes.
      void leave().then(() => broker.answer(question.properties, '3'))
    })
    const office = trial.start()
    await trial.until(
      () => asked.length > 0,
      (where) => `The queue "quotes" got no question${where}.`,
    )
    await trial.until(
      () => trial.asked('show').length > 0,
      (where) =>
        `"${asked.map(textOf).join()}" was answered with 3, and the screen shows nothing${where}.`,
    )
    if (trial.asked('show')[0] !== 'bread: 3')
      throw new Wrong(
        `The answer for bread was 3, and the screen shows "${list(trial.asked('show'))}".`,
      )
    const since = performance.now()
    await trial.until(
      () => trial.asked('show').length > 1 || office.ended,
      (where) =>
        `The price list is gone, and after ${((performance.now() - since) / 1000).toFixed(1)} s the office still waits for the price of cake${where}.`,
      { quiet: trial.patience.quiet + 800 },
    )
    const [, cake = 'nothing'] = trial.asked('show')
    if (cake !== 'cake: no answer')
      throw new Wrong(`The price list is gone, and the screen shows "${cake}" for cake.`)
    await trial.until(
      async () => (await broker.look('quotes'))?.ready === 0,
      () =>
        'The office has given up, and its question is still in the queue "quotes": a price list that starts now works for nobody.',
    )
    const { ended, where } = await trial.ends(office)
    if (!ended) throw new Wrong(`Your program does not end: its connection is still open${where}.`)
    return 'The office gave up in time, and the broker has dropped the question.'
  },
}
