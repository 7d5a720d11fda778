import type { Exercise } from '../src/course/exercise.ts'
import { Gate } from '../src/trial/gate.ts'
import { textOf } from '../src/trial/witness.ts'
import { list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(6)

export const exercise: Exercise = {
  lesson: 'basic',
  teaches: 'On SIGTERM a consumer takes no more messages, finishes the one in progress, and exits.',

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
    await baker.terminate()
    await trial.settles(async () => baker.ended || (await broker.look('orders'))?.consumers === 0)
    // A program that closes its connection has no consumer anymore, and still has to finish.
    await trial.rest()
    // A program that exits has lost its connection before it has ended, and answers nothing anymore.
    if (network.open === 0) await baker.waitsAt()
    if (baker.ended) {
      const rest = (await trial.collect('orders', orders.length - 2)).map(textOf)
      throw new Wrong(
        rest.includes('order 3')
          ? 'Order 3 was in the oven when your program got SIGTERM and exited without acknowledging it. The order is back in the queue and will be baked a second time.'
          : 'Order 3 was in the oven when your program got SIGTERM and exited. It is lost.',
      )
    }
    oven.open()
    const { ended, where } = await trial.ends(baker)
    const more = missing(trial.asked('bake'), orders.slice(0, 3))
    if (more.length > 0)
      throw new Wrong(
        `Your program got SIGTERM with order 3 in the oven, and then took ${more[0]}.`,
      )
    if (!ended)
      throw new Wrong(`Your program got SIGTERM and finished order 3, but does not exit${where}.`)
    if (network.traffic.unacked.length > 0)
      throw new Wrong('Order 3 was baked, but not acknowledged.')
    const rest = (await trial.collect('orders', 3)).map(textOf)
    if (rest.includes('order 3'))
      throw new Wrong(
        'Order 3 was baked, but is back in the queue: your program did not acknowledge it before the connection closed.',
      )
    const lost = missing(orders.slice(3), rest)
    if (lost.length > 0) throw new Wrong(`${list(lost)} left the queue, but were never baked.`)
    return 'Your program got SIGTERM with order 3 in the oven. It finished the order, and the other 3 are still in the queue.'
  },
}
