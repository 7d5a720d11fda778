import type { Exercise } from '../src/exercise.ts'
import { imagineRestart } from '../src/restart.ts'
import { either, list, missing, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'basic',
  teaches:
    'A message survives a restart of the broker if its queue is durable and it is persistent.',

  async check(trial) {
    const { broker } = trial
    const { ended, where } = await trial.ends(trial.start())
    if (!ended) throw new Wrong(`Your program does not end: its connection is still open${where}.`)
    if ((await broker.look('tomorrow')) === undefined)
      throw new Wrong(
        'The queue "tomorrow" is gone with the connection of your program, and the orders with it: it did not even take a restart.',
      )
    const { durable, found, lost } = await imagineRestart(broker, 'tomorrow')
    if (!durable)
      throw new Wrong(
        'The broker was restarted, and the queue "tomorrow" is gone: it is not durable.',
      )
    const never = missing(orders, found)
    if (never.length > 0) throw new Wrong(`The queue "tomorrow" never got ${list(never)}.`)
    if (lost.length > 0)
      throw new Wrong(
        `The broker was restarted: the queue "tomorrow" is there again, and ${lost.length} of 5 orders ${either(lost, 'is', 'are')} lost (${list(lost)}), because ${either(lost, 'it was', 'they were')} not persistent.`,
      )
    return 'The till has gone and the broker was restarted: the queue "tomorrow" has all 5 orders.'
  },
}
