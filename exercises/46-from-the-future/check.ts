import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { list, missing, times, Wrong } from '../src/trial/wrong.ts'

const messages = [
  { version: 2, text: '{"order":"order 1","cents":450}' },
  { version: 1, text: '{"order":"order 2","euros":3}' },
  { version: 3, text: '{"order":"order 3","price":{"cents":900,"currency":"EUR"}}' },
  { version: 2, text: '{"order":"order 4","cents":1200}' },
]
const wanted = ['order 1: 450', 'order 2: 300', 'order 4: 1200']
const future = messages.find(({ version }) => version === 3)?.text ?? ''

export const exercise: Exercise = {
  lesson: 'service',
  teaches:
    'A message of an unknown version is parked: it must neither get lost nor stop the others.',

  async check(trial) {
    const { broker, network } = trial
    let books = trial.start({ mayCrash: true })
    await trial.consuming()
    for (const { version, text } of messages)
      await broker.send('orders', [text], { headers: { version } })
    const rest = (): readonly string[] => missing(wanted, trial.done('record'))
    let crashes = 0
    await trial.until(
      () => {
        if (!books.ended) return rest().length === 0
        crashes += 1
        const { message } = books.crash()
        if (crashes === 2)
          throw new Wrong(
            `A message has version 3. Your program crashed on it, was started again, and crashed on it again. The books lack ${list(rest())}. ${message}.`,
          )
        books = trial.start({ mayCrash: true })
        return false
      },
      (where) => `The books lack ${list(rest())}${where}.`,
    )
    await trial.settles(async () => (await broker.look('orders.parked'))?.ready === 1)
    const attempts = network.traffic.delivered.filter((text) => text === future).length
    const wrong = missing(trial.done('record'), wanted)
    if (wrong.length > 0)
      throw new Wrong(`The books have ${list(wrong)}: no program can know what version 3 means.`)
    if (attempts > 1)
      throw new Wrong(
        `The message of version 3 was delivered ${times(attempts)}: no other attempt will make it readable.`,
      )
    const [parked, ...more] = await broker.drain('orders.parked')
    if (parked === undefined || textOf(parked) !== future)
      throw new Wrong('The message of version 3 is gone. Nobody will ever record that order.')
    if (more.length > 0) throw new Wrong(`Also parked: ${list(more.map(textOf))}.`)
    if (parked.properties.headers?.['version'] !== 3)
      throw new Wrong(
        'The message of version 3 is parked without its header "version", so no program will be able to read it.',
      )
    return 'The message of version 3 is parked, and the books have the 3 other orders.'
  },
}
