import { setTimeout as pause } from 'node:timers/promises'

import type { Exercise } from '../src/course/exercise.ts'
import { textOf, type Message } from '../src/trial/witness.ts'
import { list, Wrong } from '../src/trial/wrong.ts'

export const exercise: Exercise = {
  lesson: 'rpc',
  teaches: 'Every call needs a timeout, and a request that nobody waits for anymore should expire.',

  async check(trial) {
    const { broker } = trial
    const asked: Message[] = []
    await broker.queue('quotes')
    const stop = await broker.follow('quotes', (question) => {
      asked.push(question)
    })
    const office = trial.start()
    await trial.until(
      () => asked.length > 0,
      (where) => `The queue "quotes" got no question${where}.`,
    )
    // The price server takes a moment to answer one question, and crashes.
    await stop()
    await pause(100)
    for (const { properties } of asked.slice(0, 1)) await broker.answer(properties, '3')
    await trial.until(
      () => trial.asked('show').length > 0,
      (where) =>
        `"${asked.map(textOf).join()}" was answered with 3, but the screen shows nothing${where}.`,
    )
    if (trial.asked('show')[0] !== 'bread: 3')
      throw new Wrong(
        `The answer for bread was 3, but the screen shows "${list(trial.asked('show'))}".`,
      )
    const since = performance.now()
    await trial.until(
      () => trial.asked('show').length > 1 || office.ended,
      (where) =>
        `The price server is down, and after ${((performance.now() - since) / 1000).toFixed(1)} s the office is still waiting for the price of cake${where}.`,
      { quiet: () => trial.timeouts.quiet + 800 },
    )
    const [, cake = 'nothing'] = trial.asked('show')
    if (cake !== 'cake: no answer')
      throw new Wrong(`The price server is down, but the screen shows "${cake}" for cake.`)
    await trial.until(
      async () => (await broker.look('quotes'))?.ready === 0,
      () =>
        'The office gave up, but its question is still in the queue "quotes": a server that starts now would answer it for nobody.',
    )
    const { ended, where } = await trial.ends(office)
    if (!ended) throw trial.stillRunning(where)
    return 'The office gave up in time, and the broker removed its question from the queue.'
  },
}
