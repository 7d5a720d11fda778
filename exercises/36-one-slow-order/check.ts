import type { Exercise } from '../src/course/exercise.ts'
import { Bookmark } from '../src/trial/bookmark.ts'
import { Gate } from '../src/trial/gate.ts'
import type { Trial } from '../src/trial/trial.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(8)

export const exercise: Exercise = {
  lesson: 'streams',
  teaches:
    'With several messages in progress, the offset to save is the one before the oldest of them.',

  async check(trial) {
    const { broker } = trial
    const bookmark = new Bookmark(trial)
    await broker.stream('orders')
    await broker.send('orders', orders)
    await killDuringOrder2(trial, bookmark)
    const saved = bookmark.text
    const second = trial.start()
    const lost = (): readonly string[] => missing(orders, trial.done('record'))
    await trial.until(
      () => lost().length === 0,
      (where) =>
        `Your program was killed while order 2 was in progress and later ones were recorded. It was started again, but ${list(lost())} ${either(lost(), 'is', 'are')} still not in the books: ${saved}${where}.`,
    )
    await trial.until(
      () => (bookmark.offset ?? -1) >= 7,
      () =>
        `All 8 orders are in the books, but more than a second later ${bookmark.text}. If your program were started again now, it would record them again.`,
      // A client that saves once a second.
      { quiet: () => trial.timeouts.quiet + 1000 },
    )
    await trial.rest()
    await second.kill()
    await recordsOnlyOrder9(trial)
    return 'Your program was killed while order 2 was in progress and later ones were recorded. When it was started again, it recorded order 2. All orders are in the books.'
  },
}

async function killDuringOrder2(trial: Trial, bookmark: Bookmark): Promise<void> {
  const never = new Gate()
  trial.world('record', async ({ about }) => {
    if (about === 'order 2') await never.opened
  })
  const first = trial.start()
  await trial.until(
    () => missing(['order 1', 'order 3', 'order 4'], trial.done('record')).length === 0,
    (where) =>
      trial.asked('record').includes('order 2')
        ? `Order 2 takes long, and orders 3 and 4 wait for it: your program does not record four orders at a time${where}.`
        : `Your program recorded ${list(trial.done('record'))}, and no more${where}.`,
  )
  // The time to save an offset that is ahead of order 2, also for a client that saves once a second.
  await trial.settles(() => (bookmark.offset ?? -1) > 1, 1000 + trial.timeouts.moment)
  await first.kill()
  trial.world('record', () => {})
}

async function recordsOnlyOrder9(trial: Trial): Promise<void> {
  await trial.broker.send('orders', ['order 9'])
  const third = trial.start()
  await trial.until(
    () => trial.done('record').includes('order 9'),
    (where) => `Your program was started again, but does not record order 9, which is new${where}.`,
  )
  const again = trial.calls('record').filter(({ by, about }) => by === third && about !== 'order 9')
  if (again.length > 0)
    throw new Wrong(
      `The bookmark has the offset of order 8. When your program was started again, it recorded ${list(again.map(({ about }) => about))} again.`,
    )
}
