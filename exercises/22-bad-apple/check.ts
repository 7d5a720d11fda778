import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const apple = 'order 3, as usual'
const orders = numbered(5).filter((order) => order !== 'order 3')
const json = (order: string): string => JSON.stringify({ order })

export const exercise: Exercise = {
  lesson: 'retries',
  teaches:
    'A message that can never be processed is rejected and kept; it must not block the others.',

  async check(trial) {
    const { broker, network } = trial
    let baker = trial.start({ mayCrash: true })
    await trial.consuming()
    const messages = ['order 1', 'order 2', apple, 'order 4', 'order 5']
    for (const text of messages) await broker.send('orders', [text === apple ? apple : json(text)])
    const rest = (): readonly string[] => missing(orders, trial.done('bake'))
    const deliveries = (): number =>
      network.traffic.delivered.filter((text) => text === apple).length
    let crashes = 0
    await trial.until(
      () => {
        if (deliveries() > 10) return true
        if (!baker.ended) return rest().length === 0
        crashes += 1
        const { message } = baker.crash()
        if (crashes === 2)
          throw new Wrong(
            `The message "${apple}" is not JSON. Your program crashed on it, was restarted, and crashed on it again, with ${list(rest())} waiting behind it. ${message}.`,
          )
        baker = trial.start({ mayCrash: true })
        return false
      },
      (where) =>
        network.traffic.unacked.includes(apple)
          ? `Your program neither acknowledged nor rejected "${apple}", so the broker delivers no more: ${list(rest())} are waiting${where}.`
          : `Your program did not bake ${list(rest())}${where}.`,
    )
    if (deliveries() > 10)
      throw new Wrong(
        `The message "${apple}" is not JSON, and was delivered ${deliveries()} times so far: your program requeues it every time.`,
      )
    await trial.rest()
    const aside = (await broker.drain('orders.unreadable')).map(textOf)
    if (aside.join() !== apple)
      throw new Wrong(
        aside.length === 0
          ? `The message "${apple}" is gone, so nobody can find out what the customer wanted.`
          : `The queue "orders.unreadable" holds ${list(aside)}.`,
      )
    return 'The 4 orders in JSON are baked, and the other message is in "orders.unreadable".'
  },
}
