import type { Exercise } from '../src/exercise.ts'
import { Gate } from '../src/gate.ts'
import { textOf } from '../src/witness.ts'
import { missing, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(6)

export const exercise: Exercise = {
  lesson: 'basic',
  teaches: 'On SIGTERM a consumer takes no more messages, finishes the one in its hands, and ends.',

  async check(trial) {
    const { broker, network } = trial
    const oven = new Gate()
    trial.world('bake', async ({ about }) => {
      if (about === 'order 3') await oven.opened
    })
    await broker.queue('orders')
    await broker.send('orders', orders)
    const baker = trial.start()
    await trial.until(
      () => trial.asked('bake').includes('order 3'),
      (where) => `Your program does not bake order 3${where}.`,
    )
    baker.terminate()
    // It has noticed when it has gone, or is no consumer any more.
    await trial.settles(async () => baker.ended || (await broker.look('orders'))?.consumers === 0)
    if (baker.ended) {
      const rest = (await trial.collect('orders', orders.length - 2)).map(textOf)
      throw new Wrong(
        rest.includes('order 3')
          ? 'Order 3 was in the oven when SIGTERM came, and your program ended at once, without an ack: the order is in the queue again, and will be baked a second time.'
          : 'Order 3 was in the oven when SIGTERM came, and your program ended at once: nobody will ever bake it.',
      )
    }
    oven.open()
    const { ended, where } = await trial.ends(baker)
    const more = missing(trial.asked('bake'), orders.slice(0, 3))
    if (more.length > 0)
      throw new Wrong(
        `SIGTERM came with order 3 in the oven, and your program then took ${more[0]}.`,
      )
    if (!ended)
      throw new Wrong(`SIGTERM came, order 3 is done, and your program does not end${where}.`)
    if (network.traffic.unacked.length > 0)
      throw new Wrong('Order 3 is baked, but not acknowledged.')
    const rest = (await trial.collect('orders', 3)).map(textOf)
    if (rest.includes('order 3'))
      throw new Wrong(
        'Order 3 is baked, and in the queue again: it was not acknowledged before the end.',
      )
    const lost = missing(orders.slice(3), rest)
    if (lost.length > 0) throw new Wrong(`${lost.join(', ')} were taken, and never baked.`)
    return 'SIGTERM came with order 3 in the oven: it was finished, and the other 3 are for the next baker.'
  },
}
