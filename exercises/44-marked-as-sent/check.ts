import type { Exercise } from '../src/course/exercise.ts'
import type { Learner } from '../src/trial/learner.ts'
import type { Trial } from '../src/trial/trial.ts'
import { textOf } from '../src/trial/witness.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(5)

export const exercise: Exercise = {
  lesson: 'service',
  teaches: 'A relay marks an event of the outbox as sent when the broker has confirmed it.',

  async check(trial) {
    const sent = new Set<number>()
    await killWithoutNetwork(trial, sent)
    // Killed again, when order 4 is published and not marked.
    trial.world('markSent', async ({ about, by }) => {
      if (about === '4' && by === second) await by.kill()
      else sent.add(Number(about))
    })
    const second = trial.start()
    await ends(trial, second)
    if (sent.size < orders.length) await ends(trial, trial.start())
    await judge(trial)
    return 'The network went down, and your program was killed twice. All 5 orders reached the broker, and the two copies of order 4 have the same message id.'
  },
}

/** The network goes down with the third order: nothing that is sent from then on arrives. */
async function killWithoutNetwork(trial: Trial, sent: Set<number>): Promise<void> {
  const { network } = trial
  let isKilled = false
  trial.world('nextUnsent', () => {
    const next = orders.findIndex((_, i) => !sent.has(i + 1)) + 1
    if (next === 3 && !isKilled) network.hold('to-broker')
    return next === 0 ? undefined : next
  })
  trial.world('markSent', ({ about }) => {
    sent.add(Number(about))
  })
  const relay = trial.start()
  await trial.until(
    () => isRepeating(trial) || (sent.has(2) && trial.calls('nextUnsent').length > 2),
    (where) =>
      `Your program publishes and marks ${list(orders.filter((_, i) => sent.has(i + 1)))}, and no more${where}.`,
  )
  if (isRepeating(trial)) throw repeating
  // A program that connects again for each order can't send it.
  await trial.settles(() => sent.has(3) || network.traffic.published.includes('order 3'), 2000)
  await trial.settles(() => sent.has(3))
  await relay.kill()
  isKilled = true
  network.cut()
  network.release()
}

async function judge({ broker }: Trial): Promise<void> {
  const found = await broker.drain('orders')
  const lost = missing(orders, found.map(textOf))
  if (lost.length > 0)
    throw new Wrong(
      `The network went down, and your program was killed: ${list(lost)} ${either(lost, 'is', 'are')} marked as sent, but never reached the broker.`,
    )
  const idsOf = (order: string): readonly unknown[] => [
    ...new Set(
      found
        .filter((message) => textOf(message) === order)
        .map(({ properties }): unknown => properties.messageId),
    ),
  ]
  if (idsOf('order 4').length > 1)
    throw new Wrong(
      'Order 4 was published, and your program was killed before it was marked. So it was published again, but with another message id: the kitchen bakes it twice.',
    )
  if (new Set(orders.flatMap(idsOf)).size < orders.length)
    throw new Wrong('Different orders have the same message id: the kitchen takes them for copies.')
}

const repeating = new Wrong(
  'Your program publishes the same orders again and again: it never marks them.',
)

function isRepeating(trial: Trial): boolean {
  return trial.network.traffic.published.length > 25
}

async function ends(trial: Trial, learner: Learner): Promise<void> {
  await trial.until(
    () => learner.ended || isRepeating(trial),
    (where) => `Your program does not exit when the outbox is empty${where}.`,
  )
  if (!learner.ended) throw repeating
}
