import type { Exercise } from '../src/course/exercise.ts'
import { textOf, type Message } from '../src/trial/witness.ts'
import { Wrong } from '../src/trial/wrong.ts'

const questions = [
  { item: 'bread', id: 'question-17', price: '3' },
  { item: 'cake', id: 'question-18', price: '25' },
  { item: 'unicorn', id: 'question-19', price: 'not sold here' },
]

export const exercise: Exercise = {
  lesson: 'rpc',
  teaches: 'A reply carries the correlation id of its request, so that the client can match them.',

  async check(trial) {
    const { broker, network } = trial
    const answers: Message[] = []
    await broker.queue('office')
    await broker.follow('office', (message) => answers.push(message))
    trial.start()
    await trial.consuming()
    for (const { item, id } of questions)
      await broker.send('quotes', [item], { replyTo: 'office', correlationId: id })
    await trial.until(
      () => answers.length >= questions.length,
      (where) =>
        `The office asked 3 questions and got ${answers.length === 0 ? 'no answer' : `${answers.length} of 3 answers`}${where}.`,
    )
    for (const { item, id, price } of questions) {
      const answer = answers.find(({ properties }) => properties.correlationId === id)
      const prices = answers.map((each) => `"${textOf(each)}"`).join(', ')
      if (answer === undefined)
        throw new Wrong(
          `The office got the answers ${prices}, but none of them carries the correlation id of its question "${item}" (${id}).`,
        )
      if (textOf(answer) !== price)
        throw new Wrong(`The answer to "${item}" is "${textOf(answer)}", but should be "${price}".`)
    }
    await trial.settles(() => network.traffic.unacked.length === 0)
    if (network.traffic.unacked.length > 0)
      throw new Wrong(
        'The questions are answered but not acknowledged, so they will be answered again.',
      )
    return 'The office got 3 answers, each with the correlation id of its question.'
  },
}
