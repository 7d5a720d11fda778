import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(4)

export const exercise: Exercise = {
  lesson: 'retries',
  teaches:
    'To move a message, publish it first, await the confirm, and only then acknowledge the original.',

  async check(trial) {
    const { broker } = trial
    await broker.queue('orders.parked')
    for (const order of orders)
      await broker.send('orders.parked', [order], { messageId: `id of ${order}` })
    const service = trial.start({ mayCrash: true })
    await trial.until(
      () => service.ended,
      (where) => `Your program does not exit${where}.`,
    )
    const moved = await broker.drain('orders')
    const left = (await trial.collect('orders.parked', orders.length - moved.length)).map(textOf)
    const lost = missing(orders, [...moved.map(textOf), ...left])
    if (lost.length > 0)
      throw new Wrong(
        `${list(lost)} ${either(lost, 'is', 'are')} in neither queue: your program acknowledged ${either(lost, 'it', 'them')} in "orders.parked", but "orders" was full and the broker refused ${either(lost, 'it', 'them')}.`,
      )
    if (moved.length < 2) {
      const why = service.crashed ? `: ${service.crash().message}` : ''
      throw new Wrong(`The queue "orders" has room for 2 orders, but got ${moved.length}${why}.`)
    }
    const renamed = moved.filter(({ properties, ...message }) => {
      const id: unknown = properties.messageId
      return id !== `id of ${textOf({ properties, ...message })}`
    })
    if (renamed.length > 0)
      throw new Wrong(
        `${list(renamed.map(textOf))} arrived in "orders" with a new message id, so a consumer cannot recognize ${either(renamed, 'it', 'them')} anymore.`,
      )
    return 'Orders 1 and 2 are back in "orders", the others are still in "orders.parked", and none is lost.'
  },
}
