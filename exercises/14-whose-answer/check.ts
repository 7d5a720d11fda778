import type { Exercise } from '../src/course/exercise.ts'
import { textOf, type Message } from '../src/trial/witness.ts'
import { list, missing, Wrong } from '../src/trial/wrong.ts'

const prices = new Map([
  ['bread', '3'],
  ['cake', '25'],
  ['coffee', '2'],
])
const right = [...prices].map(([item, price]) => `${item} costs ${price}`)

export const exercise: Exercise = {
  lesson: 'rpc',
  teaches: 'A client matches replies to requests by their correlation ids, not by their order.',

  async check(trial) {
    const { broker } = trial
    const asked: Message[] = []
    await broker.queue('quotes')
    await broker.follow('quotes', (message) => asked.push(message))
    const office = trial.start()
    await trial.until(
      () => asked.length >= 3,
      (where) => `The servers got ${asked.length} of 3 questions${where}.`,
    )
    // An answer that nobody waits for, perhaps because its client has given up.
    for (const { properties } of asked.slice(0, 1))
      await broker.answer({ ...properties, correlationId: 'another client' }, '99')
    for (const question of asked.toReversed())
      await broker.answer(question.properties, prices.get(textOf(question)) ?? '')
    const { ended, where } = await trial.ends(office)
    const shown = trial.done('show')
    const wrong = missing(shown, right)
    if (wrong.length > 0)
      throw new Wrong(
        `The screen shows ${list(wrong)}. The first answer to arrive, 99, belongs to another client's question. Then came the answers for coffee, cake and bread.`,
      )
    if (shown.length < 3)
      throw new Wrong(`The screen shows ${list(shown)}, and nothing else${where}.`)
    if (!ended) throw trial.stillRunning(where)
    return 'The answers arrived in reverse order, and the screen shows each product with its own price.'
  },
}
