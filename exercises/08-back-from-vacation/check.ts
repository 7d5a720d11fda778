import type { Exercise } from '../src/course/exercise.ts'
import { either, list, missing, Wrong } from '../src/trial/wrong.ts'

const before = ['sale 1', 'sale 2']
const meanwhile = ['sale 3', 'sale 4', 'sale 5']
const all = [...before, ...meanwhile]

export const exercise: Exercise = {
  lesson: 'pubsub',
  teaches:
    'A subscriber that must not miss anything needs a durable queue with a name, which stays bound.',

  async check(trial) {
    const { broker, network } = trial
    const bookkeeper = trial.start()
    await trial.consuming()
    for (const sale of before) await broker.publish('sales', sale)
    await trial.until(
      () => missing(before, trial.done('show')).length === 0,
      (where) =>
        `Sales 1 and 2 were published, but your program shows ${list(trial.done('show'))}${where}.`,
    )
    await trial.settles(() => network.traffic.unacked.length === 0)
    await bookkeeper.kill()
    // RabbitMQ deletes an exclusive queue a moment after its connection is lost. Until then, it refuses to say more.
    await trial.settles(() =>
      broker.look('bookkeeping').then(
        (queue) => queue === undefined || queue.consumers === 0,
        () => false,
      ),
    )
    let stored = false
    for (const sale of meanwhile) stored = await broker.publish('sales', sale)
    trial.start()
    await trial.consuming(2)
    const lost = (): readonly string[] => missing(all, trial.done('show'))
    await trial.until(
      () => lost().length === 0,
      () =>
        stored
          ? `${list(lost())} ${either(lost(), 'is', 'are')} not shown: the broker stored ${either(lost(), 'it', 'them')} in the queue that your program used before, and now your program uses another one.`
          : `${list(lost())} ${either(lost(), 'is', 'are')} lost: while your program was not running, no queue was bound to the exchange "sales". The broker had deleted its queue.`,
    )
    await trial.rest()
    if ((await broker.look('bookkeeping')) === undefined)
      throw new Wrong('All sales are shown, but there is no queue "bookkeeping".')
    const twice = missing(trial.done('show'), all)
    if (twice.length > 0)
      throw new Wrong(`${list(twice)} came a second time: your program did not acknowledge them.`)
    return '3 sales were published while the program was not running, and it showed them all afterwards.'
  },
}
