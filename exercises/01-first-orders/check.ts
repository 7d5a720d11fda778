import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { either, list, missing, Wrong } from '../src/trial/wrong.ts'

const orders = ['order 1', 'order 2', 'order 3', 'order 4', 'order 5']

export const exercise: Exercise = {
  lesson: 'basic',
  teaches:
    'A producer declares its queue. A message is sent only when the broker has confirmed it.',

  async check(trial) {
    const { broker, network } = trial
    const { traffic } = network
    // While all confirms are held back, a program cannot know that an order is sent.
    traffic.onPublish = () => {
      if (traffic.published.length === 1) network.hold('to-program')
    }
    const register = trial.start()
    await trial.until(
      () => register.ended || traffic.published.length > 0,
      (where) => `Your program sent nothing to the broker${where}.`,
    )
    await trial.rest()
    const tooEarly = orders.filter((order) => trial.output.includes(`${order} sent`))
    network.release()
    const { ended, where } = await trial.ends(register)
    if ((await broker.look('orders')) === undefined)
      throw new Wrong('The broker has no queue "orders": your program did not declare it.')
    const found = (await broker.drain('orders')).map(textOf)
    if (found.length === 0)
      throw new Wrong('The queue "orders" is empty: your program sent nothing to the broker.')
    const lost = missing(orders, found)
    if (lost.length > 0)
      throw new Wrong(`The queue "orders" holds ${list(found)}, but not ${list(lost)}.`)
    if (found.length > orders.length)
      throw new Wrong(
        `The queue "orders" holds ${found.length} messages, but there are only 5 orders.`,
      )
    if (tooEarly.length > 0)
      throw new Wrong(
        `Your program printed that ${list(tooEarly)} ${either(tooEarly, 'was', 'were')} sent, but the broker had not confirmed ${either(tooEarly, 'it', 'them')} yet: your program did not wait. A message can still get lost then.`,
      )
    if (!ended) throw trial.stillRunning(where)
    return 'The queue "orders" holds all 5 orders, and your program has exited.'
  },
}
