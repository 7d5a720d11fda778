import type { Exercise } from '../src/course/exercise.ts'
import type { Learner } from '../src/trial/learner.ts'
import type { Trial } from '../src/trial/trial.ts'
import { textOf, type Message } from '../src/trial/witness.ts'
import { list, Wrong } from '../src/trial/wrong.ts'

const suppliers = ['mill', 'market', 'slow farm', 'silent supplier']

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
    let round = await askAround(trial, asked)
    // On a busy machine our answers can come too late for the program. Then ask again.
    for (let i = 1; round.milliseconds > 300 && i < 5; i++) round = await askAround(trial, asked)
    const { buyer, shown } = round
    if (shown === 'flour costs 9')
      throw new Wrong(
        `The screen shows "${shown}", the lowest of the first three prices: your program stopped after three. The slow farm answered a moment later, still within the 500 milliseconds, with 7 and 11.`,
      )
    if (shown !== 'flour costs 7')
      throw new Wrong(
        `The prices were 12, 9, 15, 7 and 11, in this order, but the screen shows "${shown}".`,
      )
    const { ended, where } = await trial.ends(buyer)
    if (!ended) throw trial.stillRunning(where)
    return 'The suppliers sent five prices, and the screen shows the lowest, 7.'
  },
}

interface Round {
  readonly buyer: Learner
  readonly shown: string
  /** How long the suppliers took to answer. */
  readonly milliseconds: number
}

async function askAround(trial: Trial, asked: Map<string, Message>): Promise<Round> {
  const { broker } = trial
  asked.clear()
  const buyer = trial.start()
  const question = await trial.until(
    () => asked.size === suppliers.length && asked.get('mill'),
    (where) => `The suppliers got no question${where}.`,
  )
  const begin = performance.now()
  if (textOf(question) !== 'flour') throw new Wrong('The question was not "flour".')
  // The first answer is not the cheapest, and the last supplier never answers.
  await broker.answer({ ...question.properties, correlationId: 'another client' }, '1')
  await broker.answer(question.properties, '12', '9', '15')
  // A program that stops after some answers does so now, and does not get the lowest price.
  await trial.rest()
  await broker.answer(question.properties, '7', '11')
  const milliseconds = performance.now() - begin
  const shown = (): readonly string[] =>
    trial
      .calls('show')
      .filter(({ by }) => by === buyer)
      .map(({ about }) => about)
  await trial.until(
    () => shown().length > 0 || buyer.ended,
    (where) =>
      `The suppliers sent five prices, and one supplier never answers. The screen shows nothing${where}.`,
    { quiet: () => trial.timeouts.quiet + 500 },
  )
  return { buyer, shown: list(shown()), milliseconds }
}
