import type { Exercise } from '../src/exercise.ts'
import { textOf } from '../src/witness.ts'
import { either, list, missing, numbered, Wrong } from '../src/wrong.ts'

const orders = numbered(6)

export const exercise: Exercise = {
  lesson: 'confirms',
  teaches:
    'A nack is an answer: the broker does not have the message, and it is yours to send again.',

  async check(trial) {
    const { broker, network } = trial
    const { traffic } = network
    const shop = trial.start()
    await trial.until(
      () => traffic.refused > 0 || shop.ended,
      (where) => `The queue "oven" is not full: it never refused an order${where}.`,
    )
    // The oven is full for a while: how often does the program ask?
    const before = traffic.published.length
    await trial.settles(() => shop.ended || traffic.published.length > before + 30)
    const asked = traffic.published.length - before
    if (asked > 30)
      throw new Wrong(
        `The oven was full, and your program asked ${asked} times within a moment: it does not pause, and keeps the broker busy with saying no.`,
      )
    // Then it bakes, and there is room again.
    const baked: string[] = []
    await trial.until(
      async () => {
        baked.push(...(await broker.drain('oven')).map(textOf))
        return shop.ended || missing(orders, baked).length === 0
      },
      (where) =>
        `There is room in the oven again, and ${list(missing(orders, baked))} did not come${where}.`,
    )
    baked.push(...(await broker.drain('oven')).map(textOf))
    const lost = missing(orders, baked)
    if (lost.length > 0)
      throw new Wrong(
        traffic.refused > 0
          ? `${list(lost)} ${either(lost, 'is', 'are')} lost: the queue "oven" held 3 orders and refused ${either(lost, 'it', 'them')}, and your program went on.`
          : `${list(lost)} ${either(lost, 'is', 'are')} lost: the queue "oven" refused nothing, confirmed all, and dropped the oldest to make room.`,
      )
    const { ended, where } = await trial.ends(shop)
    if (!ended) throw new Wrong(`Your program does not end: its connection is still open${where}.`)
    return `The queue refused ${traffic.refused} times while it was full; in the end all 6 orders were baked.`
  },
}
