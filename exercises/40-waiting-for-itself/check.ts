import type { Exercise } from '../src/course/exercise.ts'
import { Gate } from '../src/trial/gate.ts'
import { TaskCaller } from '../src/trial/task-caller.ts'
import type { Trial } from '../src/trial/trial.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(12)
const [slow = '', ...quick] = orders
const ovens = 2

export const exercise: Exercise = {
  lesson: 'tasks',
  teaches:
    'A task that waits for another task occupies the slot that the other one needs: use a chain, so that none waits.',

  async check(trial) {
    const kitchen = new Kitchen(trial)
    const caller = await TaskCaller.open(trial)
    trial.start()
    await caller.working()
    // The orders arrive at the same time: none is taken before the last one is in the queue.
    trial.network.hold('to-program')
    await caller.call('kitchen.order', orders)
    trial.network.release()
    await trial.until(
      () => {
        caller.throwFailure()
        return kitchen.most >= ovens
      },
      (where) =>
        kitchen.most === 0
          ? `12 orders arrived, and none is in the oven: each task that your worker runs waits for the result of another task, which waits for a free slot${where}.`
          : `12 orders arrived, and only ${kitchen.most} of the two ovens is used${where}.`,
    )
    // If it puts more orders into the ovens, then now.
    await trial.rest()
    kitchen.quick.open()
    await kitchen.shows(quick)
    kitchen.slow.open()
    await kitchen.shows(orders)
    return 'All 12 orders arrived at the same time, were baked two at a time, and were shown when they were ready.'
  },
}

/** The ovens and the screen. Nothing comes out of an oven before its gate is opened. */
class Kitchen {
  readonly quick = new Gate()
  readonly slow = new Gate()
  /** The largest number of orders in the ovens. */
  most = 0
  readonly #trial: Trial

  constructor(trial: Trial) {
    this.#trial = trial
    trial.world('bake', async ({ about }) => {
      this.most = Math.max(this.most, trial.underWay('bake').length)
      await (about === slow ? this.slow : this.quick).opened
    })
  }

  /** Waits until these orders are on the screen. */
  async shows(some: readonly string[]): Promise<void> {
    const hidden = (): readonly string[] => missing(some, this.#trial.done('show'))
    await this.#trial.until(
      () => {
        this.#judge()
        return hidden().length === 0
      },
      (where) => {
        const raw = missing(some, this.#trial.done('bake'))
        return raw.length > 0
          ? `${list(raw)} ${either(raw, 'was', 'were')} not baked: tasks that wait for other tasks occupy the slots of the worker${where}.`
          : `All orders are baked, but ${list(hidden())} ${either(hidden(), 'is', 'are')} not on the screen${where}.`
      },
    )
  }

  #judge(): void {
    if (this.most > ovens)
      throw new Wrong(
        `${this.most} orders were in the oven at the same time, but there are two ovens.`,
      )
    const shown = this.#trial.asked('show')
    const strange = shown.find((each) => !orders.includes(each))
    if (strange !== undefined)
      throw new Wrong(
        `The screen showed "${strange}", which is not an order: the task that shows it gets the result of the one before it.`,
      )
    const early = missing(shown, this.#trial.done('bake'))
    if (early.length > 0)
      throw new Wrong(
        `The screen showed ${list(early)} before ${either(early, 'it was', 'they were')} baked.`,
      )
  }
}
