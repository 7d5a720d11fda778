import type { Exercise } from '../src/course/exercise.ts'
import { Bookmark } from '../src/trial/bookmark.ts'
import { Gate } from '../src/trial/gate.ts'
import type { Learner } from '../src/trial/learner.ts'
import type { Trial } from '../src/trial/trial.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(8)
const finished = orders.slice(0, 3)

export const exercise: Exercise = {
  lesson: 'streams',
  teaches:
    'A stream does not remember what a consumer has read: the consumer saves its offset, after the work.',

  async check(trial) {
    const { broker } = trial
    const bookmark = new Bookmark(trial)
    await broker.stream('orders')
    const first = trial.start()
    await trial.consuming()
    const never = new Gate()
    trial.world('record', async ({ about, by }) => {
      if (about === 'order 4' && by === first) await never.opened
    })
    await broker.send('orders', orders.slice(0, 6))
    await trial.until(
      () =>
        recordedBy(trial, first).includes('order 4') &&
        missing(finished, trial.done('record')).length === 0,
      (where) => `Your program recorded ${list(trial.done('record'))}, and no more${where}.`,
    )
    await untilSaved(trial, bookmark)
    await first.kill()
    const saved = bookmark.text
    await broker.send('orders', orders.slice(6))
    const second = trial.start()
    const lost = (): readonly string[] => missing(orders, trial.done('record'))
    await trial.until(
      () => lost().length === 0,
      (where) => whyLost(lost(), saved, where),
    )
    await trial.rest()
    const again = finished.filter((order) => recordedBy(trial, second).includes(order))
    if (again.length > 0)
      throw new Wrong(
        `Your program was killed while it recorded order 4. When it was started again, it did not continue with order 4, but recorded ${list(again)} a second time: ${saved}.`,
      )
    return 'Your program was killed while it recorded order 4. When it was started again, it continued with order 4, and did not miss orders 7 and 8, which came in the meantime.'
  },
}

function recordedBy(trial: Trial, learner: Learner): readonly string[] {
  return trial
    .calls('record')
    .filter(({ by }) => by === learner)
    .map(({ about }) => about)
}

/** A program that uses its bookmark is killed only when it had the time to save an offset. */
async function untilSaved(trial: Trial, bookmark: Bookmark): Promise<void> {
  if (trial.calls('load').length === 0) return
  await trial.until(
    () => (bookmark.offset ?? -1) >= 2,
    (where) =>
      `Your program has recorded orders 1, 2 and 3, but more than a second later ${bookmark.text}. If it were killed now, it would start over${where}.`,
    // A client that saves once a second.
    { quiet: () => trial.timeouts.quiet + 1000 },
  )
}

function whyLost(lost: readonly string[], saved: string, where: string): string {
  const text = `Your program was killed while it recorded order 4. It was started again, but ${list(lost)} ${either(lost, 'is', 'are')} still not in the books`
  if (lost.join() === 'order 4') return `${text}: ${saved}, and was saved too early.`
  return `${text}: it did not continue where it had left off, but waits for new orders${where}.`
}
