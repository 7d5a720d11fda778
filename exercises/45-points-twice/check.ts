import type { Exercise } from '../src/course/exercise.ts'
import type { Learner } from '../src/trial/learner.ts'
import type { Trial } from '../src/trial/trial.ts'
import { Wrong } from '../src/trial/wrong.ts'

const messages = [
  { customer: 'Ann', messageId: 'order-1' },
  { customer: 'Bob', messageId: 'order-2' },
  // A relay that did not get the confirm has sent it again.
  { customer: 'Bob', messageId: 'order-2' },
  { customer: 'Cem', messageId: 'order-3' },
  // The same customer, an hour later.
  { customer: 'Cem', messageId: 'order-4' },
  { customer: 'Dan', messageId: 'order-5' },
]

export const exercise: Exercise = {
  lesson: 'service',
  teaches:
    'With the id of a message in the same transaction as its effect, the effect happens once.',

  async check(trial) {
    const { broker, network } = trial
    await broker.queue('orders')
    for (const { customer, messageId } of messages)
      await broker.send('orders', [customer], { messageId })
    const database = new Database(trial)
    for (const moment of ['the commit for Ann', 'the points for Dan']) {
      const victim = trial.start()
      await trial.until(
        () => victim.ended,
        (where) => `Your program does not get to ${moment}${where}.`,
      )
    }
    trial.start()
    await trial.until(
      async () =>
        (await broker.look('orders'))?.ready === 0 && network.traffic.unacked.length === 0,
      (where) => `Your program leaves orders unacknowledged${where}.`,
    )
    judge(database)
    return 'Your program was killed before a commit and after another one, and an order arrived twice. Everyone has ten points for each order.'
  },
}

function judge(database: Database): void {
  if (database.times('Ann') > 1)
    throw new Wrong(
      'Ann got points twice for one order. Your program was killed between the commit and the acknowledgement, so the broker delivered the order again.',
    )
  if (database.times('Bob') > 1)
    throw new Wrong(
      'Bob got points twice for one order. It arrived twice, with the same message id.',
    )
  if (database.times('Dan') === 0)
    throw new Wrong(
      'Dan got no points. Your program was killed before their commit, and afterwards the order counted as done.',
    )
  if (database.times('Cem') !== 2)
    throw new Wrong(
      `Cem ordered twice, in two messages with different ids, but got points ${database.times('Cem')} time.`,
    )
  for (const customer of ['Ann', 'Bob'])
    if (database.times(customer) === 0) throw new Wrong(`${customer} got no points.`)
}

/** Plays the part of the database: what is not committed is gone when the program is killed. */
class Database {
  readonly #ids = new Set<string>()
  readonly #points: string[] = []
  readonly #open = new Map<Learner, { readonly ids: string[]; readonly points: string[] }>()
  readonly #killedAt = new Set<string>()

  constructor(trial: Trial) {
    trial.world('addToInbox', ({ about, by }) => {
      const { ids } = this.#transaction(by)
      if (this.#ids.has(about) || ids.includes(about)) return 0
      ids.push(about)
      return 1
    })
    trial.world('addPoints', async ({ about, by }) => {
      this.#transaction(by).points.push(about)
      if (about === 'Dan') await this.#killOnce(by, 'Dan')
    })
    trial.world('commit', async ({ by }) => {
      const { ids, points } = this.#transaction(by)
      this.#open.delete(by)
      for (const id of ids) this.#ids.add(id)
      this.#points.push(...points)
      if (points.includes('Ann')) await this.#killOnce(by, 'Ann')
    })
  }

  /** How often a customer got points. */
  times(customer: string): number {
    return this.#points.filter((each) => each === customer).length
  }

  #transaction(by: Learner): { readonly ids: string[]; readonly points: string[] } {
    const open = this.#open.get(by) ?? { ids: [], points: [] }
    this.#open.set(by, open)
    return open
  }

  async #killOnce(by: Learner, customer: string): Promise<void> {
    if (this.#killedAt.has(customer)) return
    this.#killedAt.add(customer)
    await by.kill()
  }
}
