import type { Exercise } from '../src/course/exercise.ts'
import { Wrong } from '../src/trial/wrong.ts'

const messages = [
  { text: 'bread for Ann', messageId: 'order-101' },
  { text: 'cake for Bob', messageId: 'order-102' },
  // The register did not get the confirm, and sent the message again.
  { text: 'cake for Bob', messageId: 'order-102' },
  { text: 'coffee for Cem', messageId: 'order-103' },
  // The same customer, an hour later.
  { text: 'coffee for Cem', messageId: 'order-104' },
]

export const exercise: Exercise = {
  lesson: 'retries',
  teaches:
    'A message can arrive twice. Both copies have the same message id, so a consumer can tell.',

  async check(trial) {
    const { broker, network } = trial
    const bank = new Map<string, string>()
    let killed = false
    trial.world('charge', async ({ about, args: [, key = ''], by }) => {
      bank.set(key, about)
      // Charged, and not acknowledged: the worst moment of all.
      if (about !== 'bread for Ann' || killed) return
      killed = true
      await by.kill()
    })
    await broker.queue('payments')
    for (const { text, messageId } of messages) await broker.send('payments', [text], { messageId })
    const first = trial.start()
    await trial.until(
      () => first.ended,
      (where) => `Your program charges no card${where}.`,
    )
    trial.start()
    await trial.until(
      async () =>
        (await broker.look('payments'))?.ready === 0 && network.traffic.unacked.length === 0,
      async (where) =>
        `${(await broker.look('payments'))?.ready ?? 0} payments are still in the queue${where}.`,
    )
    const times = (text: string): number =>
      [...bank.values()].filter((each) => each === text).length
    if (times('bread for Ann') > 1)
      throw new Wrong(
        'Ann paid twice for her bread. Your program was killed between the charge and the acknowledgement, so the broker delivered the message again, and your program used a different key.',
      )
    if (times('cake for Bob') > 1)
      throw new Wrong(
        'Bob paid twice for his cake. The message arrived twice, with the same message id, and your program used two different keys.',
      )
    if (times('coffee for Cem') !== 2)
      throw new Wrong(
        `Cem ordered two coffees, in two messages with different ids, but paid for ${times('coffee for Cem')}: your program used the same key for both.`,
      )
    for (const text of ['bread for Ann', 'cake for Bob'])
      if (times(text) === 0) throw new Wrong(`Nobody paid for the ${text}.`)
    return 'One message was sent twice and another one was delivered twice, and every order was charged once.'
  },
}
