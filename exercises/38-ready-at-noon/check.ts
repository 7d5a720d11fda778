import type { Exercise } from '../src/course/exercise.ts'
import { Gate } from '../src/trial/gate.ts'
import type { Learner } from '../src/trial/learner.ts'
import { TaskCaller } from '../src/trial/task-caller.ts'
import type { Trial } from '../src/trial/trial.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const orders = numbered(5)
const delay = 1000

export const exercise: Exercise = {
  lesson: 'tasks',
  teaches:
    'A task that has to start later waits in the broker, not in the memory of a worker that can be killed.',

  async check(trial) {
    const caller = await TaskCaller.open(trial)
    const first = trial.start()
    keepInOven(trial, first)
    await caller.working()
    await accept(trial, caller, orders.slice(0, 4))
    // When the others wait, however they do it, the kitchen accepts another one.
    await trial.rest()
    await accept(trial, caller, orders.slice(4))
    await trial.rest()
    await first.kill()
    trial.start()
    const lost = (): readonly string[] => missing(orders, trial.done('bake'))
    let waiting = true
    await trial.until(
      async () => {
        waiting = await caller.hasWaitingTasks()
        return lost().length === 0
      },
      (where) =>
        `Your program was killed after it had accepted 5 orders. It was started again, but ${list(lost())} ${either(lost(), 'was', 'were')} never baked: ${either(lost(), 'it', 'they')} waited in the memory of the first process${where}.`,
      // Nothing happens while the broker waits for noon.
      { quiet: () => trial.timeouts.quiet + (waiting ? 2 * delay : 0) },
    )
    judgeTimes(trial)
    return 'Your program was killed after it had accepted 5 orders. They waited in the broker, and the next process baked them at noon.'
  },
}

/** When all orders are accepted, nothing that the first process begins is finished before it is killed. */
function keepInOven(trial: Trial, first: Learner): void {
  const never = new Gate()
  trial.world('bake', async ({ by }) => {
    if (by === first && missing(orders, trial.done('accept')).length === 0) await never.opened
  })
}

async function accept(trial: Trial, caller: TaskCaller, some: readonly string[]): Promise<void> {
  await caller.call('kitchen.accept', some)
  const left = (): readonly string[] => missing(some, trial.done('accept'))
  await trial.until(
    () => {
      caller.throwFailure()
      return left().length === 0
    },
    (where) =>
      trial.done('accept').length === 0
        ? `Your program accepts no orders${where}.`
        : `${list(left())} ${either(left(), 'was', 'were')} not accepted: tasks that only wait for noon occupy both slots of the worker${where}.`,
    // Before noon.
    { quiet: () => Math.min(trial.timeouts.quiet, delay / 4) },
  )
}

/** Each order is baked a second after it was accepted. */
function judgeTimes(trial: Trial): void {
  for (const { about, at } of trial.calls('bake')) {
    const call = trial.calls('accept').find((each) => each.about === about)
    const waited = Math.round(at - (call?.at ?? -Infinity))
    // A timer may be early by some milliseconds.
    if (waited < delay - 50)
      throw new Wrong(
        `${about} was baked ${waited} ms after it was accepted, and should wait for ${delay} ms.`,
      )
  }
}
