import type { Exercise } from '../src/course/exercise.ts'
import { textOf, type Message } from '../src/trial/witness.ts'
import { list, Wrong } from '../src/trial/wrong.ts'

const suppliers = ['mill', 'market', 'silent supplier']

export const exercise: Exercise = {
  lesson: 'rpc',
  teaches: 'A question to many services has many answers: collect them until a deadline.',

  async check(trial) {
    const { broker } = trial
    const asked = new Map<string, Message>()
    await broker.exchange('suppliers', 'fanout')
    for (const supplier of suppliers) {
      await broker.queue(supplier)
      await broker.bind(supplier, 'suppliers')
      await broker.follow(supplier, (message) => asked.set(supplier, message))
    }
    const buyer = trial.start()
    await trial.until(
      () => asked.size === suppliers.length,
      (where) => `The suppliers got no question${where}.`,
    )
    const question = asked.get('mill')
    if (question === undefined || textOf(question) !== 'flour')
      throw new Wrong('The question was not "flour".')
    // The first answer is not the cheapest, and the third supplier never answers.
    await broker.answer({ ...question.properties, correlationId: 'another client' }, '1')
    await broker.answer(question.properties, '12', '9', '15')
    await trial.until(
      () => trial.asked('show').length > 0 || buyer.ended,
      (where) =>
        `The suppliers sent three prices, and one supplier never answers. The screen shows nothing${where}.`,
      { quiet: () => trial.timeouts.quiet + 500 },
    )
    const shown = list(trial.asked('show'))
    if (shown !== 'flour costs 9')
      throw new Wrong(
        `The prices were 12, 9 and 15, in this order, but the screen shows "${shown}".`,
      )
    const { ended, where } = await trial.ends(buyer)
    if (!ended) throw trial.stillRunning(where)
    return 'The suppliers sent three prices, and the screen shows the lowest, 9.'
  },
}
