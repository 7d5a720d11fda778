import type { Exercise } from '../src/exercise.ts'
import { Wrong } from '../src/wrong.ts'

const messages = [
  { text: 'bread for Ann', messageId: 'order-101' },
  { text: 'cake for Bob', messageId: 'order-102' },
  // The till did not get the confirm, and has sent the order again.
  { text: 'cake for Bob', messageId: 'order-102' },
  { text: 'coffee for Cem', messageId: 'order-103' },
  // The same customer, an hour later.
  { text: 'coffee for Cem', messageId: 'order-104' },
]

export const exercise: Exercise = {
  lesson: 'retries',
  teaches:
    'A message may come twice; its id, which both copies share, makes the second one harmless.',

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
      (where) => `Your program charges nobody${where}.`,
    )
    trial.start()
    await trial.until(
      async () =>
        (await broker.look('payments'))?.ready === 0 && network.traffic.unacked.length === 0,
      async (where) =>
        `${(await broker.look('payments'))?.ready ?? 0} payments wait in the queue${where}.`,
    )
    const times = (text: string): number =>
      [...bank.values()].filter((each) => each === text).length
    if (times('bread for Ann') > 1)
      throw new Wrong(
        'Ann paid twice for her bread: the program was killed between the payment and the ack, the broker delivered the message again, and the bank got another key for it.',
      )
    if (times('cake for Bob') > 1)
      throw new Wrong(
        'Bob paid twice for his cake: his order came twice, as the same message with the same id, and the bank got two keys for it.',
      )
    if (times('coffee for Cem') !== 2)
      throw new Wrong(
        `Cem ordered two coffees, in two messages with different ids, and paid for ${times('coffee for Cem')}: the bank got the same key for both.`,
      )
    for (const text of ['bread for Ann', 'cake for Bob'])
      if (times(text) === 0) throw new Wrong(`Nobody paid for the ${text}.`)
    return 'One message came twice and one was delivered twice: everybody paid once for each order.'
  },
}
