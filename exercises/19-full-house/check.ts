import type { Exercise } from '../src/course/exercise.ts'
import { textOf } from '../src/trial/witness.ts'
import { either, list, missing, numbered, times, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(6)

export const exercise: Exercise = {
  lesson: 'confirms',
  teaches:
    'After a nack the broker does not have the message: it is up to the producer to send it again.',

  async check(trial) {
    const { broker, network } = trial
    const { traffic } = network
    const shop = trial.start()
    await trial.until(
      () => traffic.refused > 0 || shop.ended,
      (where) => `The broker refused no order, because the queue "oven" was never full${where}.`,
    )
    // The queue stays full for a while: how often does the program try?
    const began = performance.now()
    const before = traffic.published.length
    await trial.settles(() => shop.ended || traffic.published.length >= before + 12)
    const asked = traffic.published.length - before
    if (asked >= 12 && performance.now() - began < 200)
      throw new Wrong(
        `While the queue "oven" was full, your program tried ${asked} times in a fraction of a second, without a pause.`,
      )
    // Then there is room again.
    const baked: string[] = []
    await trial.until(
      async () => {
        baked.push(...(await broker.drain('oven')).map(textOf))
        return shop.ended || missing(orders, baked).length === 0
      },
      (where) =>
        `The queue "oven" has room again, but ${list(missing(orders, baked))} did not arrive${where}.`,
    )
    baked.push(...(await broker.drain('oven')).map(textOf))
    const lost = missing(orders, baked)
    if (lost.length > 0)
      throw new Wrong(
        traffic.refused > 0
          ? `${list(lost)} ${either(lost, 'is', 'are')} lost: the queue "oven" was full, the broker refused ${either(lost, 'it', 'them')}, and your program moved on.`
          : `${list(lost)} ${either(lost, 'is', 'are')} lost: the queue "oven" was full, and the broker dropped the oldest orders to make room.`,
      )
    const { ended, where } = await trial.ends(shop)
    if (!ended) throw trial.stillRunning(where)
    return `While the queue was full, the broker refused orders ${times(traffic.refused)}. In the end, all 6 arrived.`
  },
}
