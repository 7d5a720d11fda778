import type { Exercise } from '../src/course/exercise.ts'
import { predictRestart } from '../src/trial/restart.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'basic',
  teaches:
    'A message survives a restart of the broker if its queue is durable and the message is persistent.',

  async check(trial) {
    const { broker } = trial
    const { ended, where } = await trial.ends(trial.start())
    if (!ended) throw trial.stillRunning(where)
    if ((await broker.look('tomorrow')) === undefined)
      throw new Wrong(
        'The queue "tomorrow" is gone, and the orders with it: the broker deleted it when your program disconnected, even before the restart.',
      )
    const { durable, found, lost } = await predictRestart(broker, 'tomorrow')
    if (!durable)
      throw new Wrong('The broker restarted, and the queue "tomorrow" is gone: it is not durable.')
    const never = missing(orders, found)
    if (never.length > 0) throw new Wrong(`The queue "tomorrow" never got ${list(never)}.`)
    if (lost.length > 0)
      throw new Wrong(
        `The broker restarted. The queue "tomorrow" survived, but ${lost.length} of 5 orders ${either(lost, 'is', 'are')} lost (${list(lost)}): ${either(lost, 'it was', 'they were')} not persistent.`,
      )
    return 'The register exited and the broker restarted: the queue "tomorrow" still holds all 5 orders.'
  },
}
