import type { Exercise } from '../src/course/exercise.ts'
import { TaskCaller } from '../src/trial/task-caller.ts'
import type { Trial } from '../src/trial/trial.ts'
import { either, list, missing, numbered, Wrong } from '../src/trial/wrong.ts'

const van = 'van 1'
const receipts = numbered(3)

export const exercise: Exercise = {
  lesson: 'tasks',
  teaches:
    'Node runs all tasks of a worker in one thread. A task that computes blocks the others, and needs a thread of its own.',

  async check(trial) {
    const caller = await TaskCaller.open(trial)
    trial.start()
    await caller.working()
    await caller.call('office.route', [van])
    await trial.until(
      () => trial.network.traffic.delivered.length > 0,
      (where) => `Your program takes no task from the queue${where}.`,
    )
    // Time to start the computation, but not to finish it.
    await trial.settles(() => caller.stateOf(van) !== 'PENDING', 50)
    await caller.call('office.receipt', receipts)
    const hidden = (): readonly string[] => missing(receipts, trial.done('show'))
    await trial.until(
      () => {
        caller.throwFailure()
        return hidden().length === 0 && caller.stateOf(van) === 'SUCCESS'
      },
      (where) =>
        hidden().length > 0
          ? `The receipts of ${list(hidden())} ${either(hidden(), 'is', 'are')} not on the screen${where}.`
          : `The caller did not get the route of the van. The state of its call is ${caller.stateOf(van)}${where}.`,
      // Nothing happens while a thread computes.
      { quiet: () => trial.timeouts.quiet + 5000 },
    )
    judge(trial, caller)
    return 'The receipts were on the screen before the route of the van was found, and the caller got the route.'
  },
}

function judge(trial: Trial, caller: TaskCaller): void {
  const { result, date_done: done } = caller.reportOf(van)
  const route = String(result)
  if (!/^van 1: (?:\d ?){10}$/.test(route))
    throw new Wrong(`The caller should get the route of the van, but the result is "${route}".`)
  const found = Date.parse(done ?? '')
  // A worker that was blocked shows its receipts at the moment at which it has found the route.
  const late = trial.calls('show').filter(({ at }) => at > found - 50)
  if (late.length > 0)
    throw new Wrong(
      `The receipts of ${list(late.map(({ about }) => about))} were shown when the route of the van was found: while your program computed it, nothing else could run.`,
    )
}
